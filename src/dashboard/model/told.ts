import type { Decision } from '../../decide';
import { withoutSecrets } from '../../express/health';
import type { Gatekeeper } from '../../gatekeeper';

/** What was thrown, as a page may show it: one line, without credentials, tokens and paths. */
export function told(thrown: string): string {
  return withoutSecrets(thrown)
    .replace(/\b(\w*(?:pass|pwd|secret|token|key)\w*)(\s*[=:]\s*)\S+/gi, '$1$2…')
    .replace(/(?<![\w/…])(?:file:\/\/|[a-z]:)?[/\\][^\s'":)]+/gi, '…')
    .replace(/\b(?=[\w-]*\d)[\w-]{20,}/g, '…');
}

/** The decision for a flag and each step on the way to it; what was thrown is told as it may be. */
export function explained(gk: Gatekeeper<any>, flag: string): Decision {
  const decision = gk.explain(flag) as unknown as Decision;
  const steps = decision.steps.map((step) => (step.step === 'error' ? { ...step, detail: told(step.detail) } : step));
  return { ...decision, steps };
}
