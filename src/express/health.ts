import type { LiveControl } from '../stores/live-control';
import type { Handler } from './http';

export interface HealthOptions {
  /**
   * The status to answer with while live state is stale. Defaults to 503, which suits an alarm. A stale process still
   * serves the last state it read, and a store that is down makes all of them stale at once: a load balancer should be
   * given 200, so that it does not take every one of them out.
   */
  readonly staleStatus?: number;
}

const LONGEST_PROBLEM = 300;

/** Answers how live state is doing, as JSON: 200 where it is fresh, 503 where it is stale or was never loaded. */
export function health(engine: Pick<LiveControl<any>, 'status'>, { staleStatus = 503 }: HealthOptions = {}): Handler {
  return function health(_req, res) {
    const { state: status, store, revision, since, problem, ignored, unstoredKills } = engine.status();
    res.statusCode = { fresh: 200, stale: staleStatus, 'never-loaded': 503 }[status];
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Cache-Control', 'no-store');
    res.end(
      JSON.stringify({
        ...{ status, store, revision, since: since === undefined ? null : new Date(since).toISOString() },
        ...{ problem: problem && withoutSecrets(problem), ignored, unstoredKills },
      }),
    );
  };
}

/** The first line of what a driver says: what stands below it may be a stack, and an address in it may hold a password. */
export function withoutSecrets(problem: string): string {
  const [line] = problem.split('\n', 1);
  return line!.replace(/\/\/\S*@/g, '//…@').slice(0, LONGEST_PROBLEM);
}
