import type { Sink } from 'gatekeeper-flags';
import { memorySink } from 'gatekeeper-flags/sinks/memory';

/** A sink that can be taken away. */
export function fragileSink(sink: Sink = memorySink()): Sink & { state: 'up' | 'refused' } {
  const results = sink.results!;
  const fragile = { ...sink, state: 'up' as 'up' | 'refused' };
  const instead = (method: (...args: any[]) => Promise<unknown>) =>
    ((...args) => (fragile.state === 'up' ? method(...args) : Promise.reject(new Error('the sink is away')))) as never;
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
