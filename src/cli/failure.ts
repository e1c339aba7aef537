import { GatekeeperError } from '../errors';

/** What the exit code of every command says. */
export const exitCodes = {
  fine: 0,
  /** The answer is no, or a check has failed. */
  no: 1,
  /** Used wrongly, or the config cannot be used. */
  use: 2,
  /** The store, git or another part of the environment has failed. */
  environment: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command: `message` goes to stderr, in one line where that can be, and the process ends with `exitCode`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.use,
  ) {
    super(message);
  }
}

const ENVIRONMENT: ReadonlySet<string> = new Set(['not-stored', 'store-newer', 'store-emptied', 'results-unavailable']);

/** What a user is told of anything thrown, and the exit code it leads to. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof GatekeeperError)) {
    const message = error instanceof Error ? error.message || error.name : String(error);
    return new Failure(message, exitCodes.environment);
  }
  const { cause } = error;
  const why = cause instanceof Error && !error.message.includes(cause.message) ? ` (${cause.message})` : '';
  const code = ENVIRONMENT.has(error.code) ? exitCodes.environment : exitCodes.use;
  return new Failure(`${error.message}${why}`, error.code === 'conflict' ? exitCodes.no : code);
}
