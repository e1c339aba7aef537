import { GatekeeperError } from '../errors';

/** Why a request is refused: a status, a stable code, and words of ours. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** `error` as its answer may show it: nothing of what was thrown, unless it is ours. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { status } = (error ?? {}) as { readonly status?: unknown };
  if (error instanceof GatekeeperError && (status === 400 || status === 403))
    return new Refusal(status, error.code, error.message);
  if (status === 413) return new Refusal(413, 'too-large', 'that is too much at once');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal(400, 'malformed', 'the request cannot be read; send JSON');
  return new Refusal(500, 'failed', 'something went wrong here; it was reported');
}
