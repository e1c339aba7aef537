import { memoryStore } from 'gatekeeper-flags/stores/memory';
import type { Store } from '../../src/stores/store';

/** A store that can be taken away, and be made to answer something else. */
export interface FragileStore extends Store {
  /** `refused` answers with an error, `silent` not at all. */
  state: 'up' | 'refused' | 'silent';
  /** How often it was asked what. */
  readonly asked: { [method: string]: number };
  /** Answers in the place of the store. */
  readonly instead: Partial<Store>;
}

export function fragileStore(store: Store = memoryStore()): FragileStore {
  const asked: { [method: string]: number } = {};
  const instead: Partial<Store> = {};
  const fragile = { ...store, state: 'up' as FragileStore['state'], asked, instead };
  for (const method of ['read', 'write', 'history', 'addCounts', 'counts', 'watch'] as const)
    (fragile as any)[method] = (...args: unknown[]) => {
      asked[method] = (asked[method] ?? 0) + 1;
      if (fragile.state === 'refused') return Promise.reject(new Error('connection refused'));
      if (fragile.state === 'silent') return new Promise(() => {});
      return ((instead[method] ?? store[method]!) as (...args: unknown[]) => unknown)(...args);
    };
  fragile.members = (...args) => (instead.members ?? store.members)(...args);
  return fragile;
}

/** Resolves as soon as `holds` does; rejects where that takes too long. */
export async function until(holds: () => boolean | Promise<boolean>, timeout = 10_000): Promise<void> {
  for (const end = performance.now() + timeout; !(await holds()); await new Promise((next) => setTimeout(next, 5)))
    if (performance.now() > end) throw new Error(`not within ${timeout} ms: ${holds}`);
}
