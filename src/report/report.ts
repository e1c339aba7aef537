import type { Engine, Report } from '../engine';
import { GatekeeperError, show, unknownName, type ErrorCode } from '../errors';

const MINUTE = 60_000;
/** After so many different unknown names, further ones are only counted. */
const WARNED_NAMES = 100;

/** Counts what goes wrong in an engine, and tells `onError` and the logger. */
export function createReport({ config, logger, now }: Engine<any>): Report {
  const { strict = false, onError } = config.options;
  const errors = new Map<string, { count: number; reportedAt: number }>();
  const refused = new Map<string, number>();
  const warned = new Set<string>();
  let unknownNames = 0;

  function unknown(code: ErrorCode, what: string, name: unknown, names: readonly string[]): void {
    unknownNames += 1;
    if (strict) throw new GatekeeperError(code, unknownName(what, name, names));
    const key = `${what} ${show(name)}`;
    if (warned.has(key) || warned.size >= WARNED_NAMES) return;
    warned.add(key);
    logger.warn(`gatekeeper: ${unknownName(what, name, names)}`);
  }

  return {
    failed(error, flag) {
      const seen = errors.get(flag ?? '') ?? { count: 0, reportedAt: -Infinity };
      errors.set(flag ?? '', seen);
      seen.count += 1;
      try {
        onError?.(error, flag);
        if (now() - seen.reportedAt < MINUTE) return;
        seen.reportedAt = now();
        const what = error instanceof Error ? `${error.name}: ${error.message}` : show(error);
        logger.error(`gatekeeper: ${flag === undefined ? what : `${flag} is served as off: ${what}`}`);
      } catch {
        // What reports a failure must not become one.
      }
    },
    refused(reason) {
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    },
    noFlag(name) {
      unknown('flag-unknown', 'flag', name, [...config.compiled.keys()]);
      return undefined;
    },
    isNot(flag, variant) {
      if (!flag.variants.includes(variant))
        unknown('variant-unknown', `variant of ${flag.name}`, variant, flag.variants);
      return false;
    },
    stats: () => ({
      errors: Object.fromEntries([...errors].map(([flag, { count }]) => [flag, count])),
      refusedOverrides: Object.fromEntries(refused),
      unknownNames,
    }),
  };
}
