import { defineConfig, GatekeeperError, type Problem } from 'gatekeeper-flags';
import { quiet } from './config';

/** What `defineConfig` says of `given`; nothing where it takes it. */
export function problemsOf(given: unknown): readonly Problem[] {
  try {
    defineConfig({ ...quiet, ...(given as { flags: {} }) });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(GatekeeperError);
    expect(error).toMatchObject({ name: 'GatekeeperError', code: 'config-invalid' });
    const { problems, message } = error as GatekeeperError;
    for (const problem of problems) expect(message).toContain(`\n  - ${problem.message} [${problem.code}]`);
    return problems;
  }
}

/** Where each problem is: `variant-unknown CHECKOUT off`. */
export function placesOf(problems: readonly Problem[]): string[] {
  return problems.map(({ code, flag, field }) => [code, flag, field].filter(Boolean).join(' '));
}
