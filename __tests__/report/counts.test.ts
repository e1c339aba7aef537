import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { Counts } from '../../src/report/counts';
import type { Count } from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { engineOf, toggle } from '../support/config';

const flags = () => engineOf({ CHECKOUT: toggle(), BANNER: toggle(), EMPTY: toggle() }).flags();

test('each decision is counted once, and written with its flag, its variant and when', async () => {
  const store = memoryStore();
  const engine = engineOf(
    { CHECKOUT: toggle({ getVariant: ({ user }) => (user?.id === 1 ? 'ON' : 'OFF') }), BANNER: toggle() },
    { store: () => store, now: () => 42 },
  );
  for (const id of [1, 2, 3]) {
    const gk = engine.for({ user: { id } });
    for (let again = 0; again < 5; again++) gk.ffVariant('CHECKOUT');
  }
  expect(engine.stats().decisions).toEqual({ counted: 3, written: 0, dropped: 0, pending: 3 });
  expect(await engine.live.counts()).toEqual([
    { flag: 'CHECKOUT', variant: 'ON', count: 1, last: 42 },
    { flag: 'CHECKOUT', variant: 'OFF', count: 2, last: 42 },
  ]);
  expect(engine.stats().decisions).toEqual({ counted: 3, written: 3, dropped: 0, pending: 0 });
});

test('what several processes have counted is added up', async () => {
  const store = memoryStore();
  const engines = [1, 2, 3].map(() => engineOf({ CHECKOUT: toggle() }, { store: () => store, now: () => 42 }));
  for (const engine of engines) engine.for({}).ffVariant('CHECKOUT');
  for (const engine of engines) await engine.close();
  expect(await store.counts()).toEqual([{ flag: 'CHECKOUT', variant: 'OFF', count: 3, last: 42 }]);
});

test('what the store did not take is pending, and written the next time', async () => {
  const store = memoryStore();
  let down = true;
  const failing = { ...store, addCounts: (counts: readonly Count[]) => (down ? refuse() : store.addCounts(counts)) };
  const engine = engineOf({ CHECKOUT: toggle() }, { store: () => failing, now: () => 42 });
  engine.for({}).ffVariant('CHECKOUT');
  expect(await engine.live.counts()).toEqual([]);
  expect(engine.stats().decisions).toEqual({ counted: 1, written: 0, dropped: 0, pending: 1 });
  engine.for({}).ffVariant('CHECKOUT');
  down = false;
  expect(await engine.live.counts()).toEqual([{ flag: 'CHECKOUT', variant: 'OFF', count: 2, last: 42 }]);
});

test('what could not be written until the end is dropped, and counted as such', async () => {
  const engine = engineOf({ CHECKOUT: toggle() }, { store: () => ({ ...memoryStore(), addCounts: refuse }) });
  engine.for({}).ffVariant('CHECKOUT');
  await engine.close();
  expect(engine.stats().decisions).toEqual({ counted: 1, written: 0, dropped: 1, pending: 0 });
});

function refuse(): Promise<never> {
  return Promise.reject(new Error('the store is down'));
}

/** One thing that happens to counts; a write that has begun may end any time later, well or not, before or after others. */
const step = fc.oneof(
  fc.record({ does: fc.constant('add' as const), flag: fc.nat(2), variant: fc.nat(1), times: fc.nat(50) }),
  fc.record({ does: fc.constant('flush' as const) }),
  fc.record({ does: fc.constant('settle' as const), which: fc.nat(4), well: fc.boolean() }),
  fc.record({ does: fc.constant('drop' as const) }),
);

test('whatever happens in whatever order: every decision is written, dropped or pending, and only one of them', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const all = flags();
      const counts = new Counts(all);
      const writing: { readonly total: number; end(well: boolean): void }[] = [];
      let [added, written] = [0, 0];
      const check = () => {
        const stats = counts.stats();
        expect(stats.counted).toBe(added);
        expect(stats.written + stats.dropped + stats.pending).toBe(added);
        expect(stats.written).toBe(written);
      };
      for (const taken of steps) {
        if (taken.does === 'add') {
          const flag = all[taken.flag]!;
          for (let i = 0; i < taken.times; i++) counts.add(flag, taken.variant);
          added += taken.times;
        } else if (taken.does === 'flush') {
          const flushing = counts.flush(1, (batch) => {
            const total = batch.reduce((sum, { count }) => sum + count, 0);
            return new Promise((resolve, reject) => {
              writing.push({ total, end: (well) => (well ? resolve() : reject(new Error('down'))) });
            });
          });
          flushing.catch(() => {});
        } else if (taken.does === 'settle' && writing.length > 0) {
          const [one] = writing.splice(taken.which % writing.length, 1);
          one!.end(taken.well);
          if (taken.well) written += one!.total;
          await new Promise(setImmediate);
        } else if (taken.does === 'drop') counts.drop();
        check();
      }
    }),
    { numRuns: 300 },
  ));

test('counting allocates nothing', () => {
  // In a process of its own, where nobody else allocates, and with so much room for young objects that none is collected.
  const script = `
    const { createEngine, defineConfig, FeatureFlag } = require('gatekeeper-flags');
    class Flag extends FeatureFlag { description = 'x'; variants = { A: 'A', B: 'B' }; off = 'A'; }
    const engine = createEngine(defineConfig({ flags: { F: new Flag(), G: new Flag() } }));
    const [flag] = engine.flags();
    const { counts } = engine.report;
    const round = () => { for (let i = 0; i < 1e5; i++) counts.add(flag, 1); };
    for (let i = 0; i < 5; i++) round();
    const spent = () => { const before = process.memoryUsage().heapUsed; round(); return process.memoryUsage().heapUsed - before; };
    const least = Math.min(...Array.from({ length: 9 }, spent));
    console.log(least, engine.stats().decisions.counted);`;
  const room = ['--min-semi-space-size=128', '--max-semi-space-size=128'];
  const { stdout, stderr } = spawnSync(process.execPath, [...room, '--eval', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const [bytes, counted] = stdout.split(' ').map(Number);
  expect(counted).toBe(14e5);
  // Reading the memory costs a few kB; one number a decision would be 1 MB and more.
  expect(bytes).toBeLessThan(100_000);
});
