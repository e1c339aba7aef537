import { GatekeeperError, type ErrorCode } from '../errors';

/** Why a request is refused: what its answer says, and nothing else of what went wrong. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const STATUS: { readonly [C in ErrorCode]?: number } = {
  conflict: 409,
  'change-unknown': 404,
  'flag-unknown': 404,
  'rule-unknown': 404,
  'segment-unknown': 404,
  'variant-unknown': 404,
  'override-refused': 403,
  'not-stored': 503,
  'results-missing': 501,
  'results-unavailable': 503,
};

/** `error` as its answer may show it: no stack, no path, nothing that a driver says. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof GatekeeperError) {
    const { code, message } = error;
    if (code !== 'not-stored') return new Refusal(STATUS[code] ?? 400, code, `${message}.`);
    const { appliedLocally } = error as { appliedLocally?: boolean };
    return new Refusal(503, code, appliedLocally ? ONLY_HERE : 'The store did not take it: nothing was changed.');
  }
  const { status } = (error ?? {}) as { status?: unknown };
  if (status === 413) return new Refusal(413, 'too-large', 'That is too much at once.');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal(status, 'malformed', 'This request cannot be read.');
  return new Refusal(500, 'failed', 'Something went wrong here. It was reported.');
}

const ONLY_HERE = 'In effect in this process, but not stored yet. It is tried again until it is.';
