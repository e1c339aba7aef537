/** An answer of the protocol that is no value. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'TARGETING_KEY_MISSING' | 'FLAG_NOT_FOUND' | 'GENERAL',
    details: string,
  ) {
    super(details);
  }
}

/** `error` as the protocol has it: with a code and words of ours, and nothing of what was thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { status } = (error ?? {}) as { readonly status?: unknown };
  if (status === 413) return new Refusal(400, 'PARSE_ERROR', 'the request is too large');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal(400, 'PARSE_ERROR', 'the request cannot be read; send JSON');
  return new Refusal(500, 'GENERAL', 'something went wrong here; it was reported');
}
