import type { Sink } from 'gatekeeper-flags';
import { memorySink } from 'gatekeeper-flags/sinks/memory';

/** `refused` answers with an error, `silent` not at all. */
type State = 'up' | 'refused' | 'silent';

/** A sink that can be taken away. */
export function fragileSink(sink: Sink = memorySink()): Sink & { state: State } {
  const results = sink.results!;
  const fragile = { ...sink, state: 'up' as State };
  const instead = (method: (...args: any[]) => Promise<unknown>) =>
    ((...args: unknown[]) => {
      if (fragile.state === 'up') return method(...args);
      return fragile.state === 'silent' ? new Promise(() => {}) : Promise.reject(new Error('the sink is away'));
    }) as never;
  return Object.assign(fragile, {
    results: {
      read: instead(results.read),
      recompute: instead(results.recompute),
      histograms: instead(results.histograms),
      claim: instead(results.claim),
      claims: instead(results.claims),
      forget: instead(results.forget),
    },
  });
}
