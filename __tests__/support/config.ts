import { createEngine, defineConfig, FeatureFlag, type Config, type Engine, type Options } from 'gatekeeper-flags';

export enum Toggle {
  ON = 'ON',
  OFF = 'OFF',
}

class ToggleFlag extends FeatureFlag<Toggle> {
  readonly description = 'A switch';
  readonly variants = Toggle;
  readonly off = Toggle.OFF;
}

/** A flag that is ON or OFF, and OFF unless the members given say otherwise. */
export function toggle(members: Partial<FeatureFlag<Toggle>> = {}): FeatureFlag<Toggle> {
  return Object.assign(new ToggleFlag(), members);
}

/** A logger that keeps its lines, and says nothing. */
export function recorder() {
  const warnings: string[] = [];
  const errors: string[] = [];
  return {
    warnings,
    errors,
    logger: {
      warn: (line: string) => void warnings.push(line),
      error: (line: string) => void errors.push(line),
    },
  };
}

/** Options under which nothing is printed and the machine's environment is not read. */
export const quiet: Options = { env: { NODE_ENV: 'test' }, logger: recorder().logger };

type Flags = { readonly [name: string]: FeatureFlag<any> };

/** A config of `flags`, quiet unless `options` say otherwise. */
export function configOf<F extends Flags>(flags: F, options: Options = {}): Config<F> {
  // Which names exist is checked in a type that cannot be worked out while F is open.
  return defineConfig({ ...quiet, ...options, flags } as never) as unknown as Config<F>;
}

/** An engine over `flags`, quiet unless `options` say otherwise. */
export function engineOf<F extends Flags>(flags: F, options?: Options): Engine<Config<F>> {
  return createEngine(configOf(flags, options));
}

/** Who makes live changes in tests. */
export const BY = { actor: 'ada', reason: 'a test' };
