import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Batch, DaySums, DayUnits, Exposure, Results, Sink, Totals, TrackedEvent } from '../sinks/sink';

/** What a sink may lack, where it says why. */
export type SinkAbility = 'results' | 'several-processes';

export interface SinkContractOptions {
  /** The runner's `it`: that of jest, vitest, mocha or `node:test`. */
  readonly it: (name: string, test: () => Promise<void>) => unknown;
  /** Opens a sink. Those of one namespace keep one state, as in several processes; a namespace not seen before is empty. */
  readonly create: (namespace: string) => Sink | Promise<Sink>;
  /** What the sink cannot do, and why; printed, not tested. */
  readonly cannot?: Partial<Record<SinkAbility, string>>;
}

type Open = () => Promise<Sink>;
type OpenResults = () => Promise<Sink & { readonly results: Results }>;

const DAY = 86_400_000;
const TODAY = 20_000;
const WEIGHTS = 'A:50,B:50';

/** Trip up whoever builds keys, queries, documents or objects from names. */
// prettier-ignore
const ODD = [
  '__proto__', 'constructor', 'a:b*{}', `'";--\\`, '%_?[a-z]', '$1', ' ', '', 'two\nlines', 'Größe 😀', '\u{10ffff}!', 'a\0b', 'a\0',
  '\0', '\ud800', '\udc00', 'a\ud83d', '\u0001', '\u0001""', '\\u0000', '{"a":1}', 'NULL', 'x'.repeat(161), '漢'.repeat(3_400),
  Array.from({ length: 10_000 }, (_, at) => String.fromCharCode(33 + ((at * at * 7 + at) % 90))).join(''),
];

/** Declares the tests that every sink must pass: `sinkContract({ it, create: (namespace) => mySink({ namespace }) })`. */
export function sinkContract({ it, create, cannot = {} }: SinkContractOptions): void {
  /** A test on a namespace of its own; whatever it opens is closed. */
  function holds(name: string, test: (open: Open, namespace: string) => Promise<void>): void {
    it(name, async () => {
      const namespace = `contract-${randomUUID()}`;
      const opened: Sink[] = [];
      try {
        await test(async () => {
          const sink = await create(namespace);
          opened.push(sink);
          return sink;
        }, namespace);
      } finally {
        for (const sink of opened) await sink.close();
      }
    });
  }

  function unlessUnable(ability: SinkAbility, declare: () => void): void {
    const why = cannot[ability];
    if (why === undefined) declare();
    else process.stdout.write(`not tested, since this sink cannot (${ability}): ${why}\n`);
  }

  holds('takes what is written, whatever it is called, twice too, and nothing at all', async (open) => {
    const sink = await open();
    await sink.write(batch());
    for (const name of ODD) {
      const odd = batch({
        id: name + randomUUID(),
        exposures: [{ ...exposure(name), experiment: name, arm: name, weights: name, properties: { [name]: name } }],
        events: [{ ...event(name), experiment: name, event: name }],
        histograms: [{ experiment: name, arm: name, writer: name, data: 'data' }],
      });
      await sink.write(odd);
      await sink.write(odd);
    }
  });

  holds('is closed more than once, and while it writes', async (open) => {
    const sink = await open();
    const written = sink.write(batch({ exposures: [exposure('1')] })).catch(() => {});
    await Promise.all([sink.close(), sink.close()]);
    await written;
  });

  unlessUnable('results', () => {
    /** A test of what a sink gives back. */
    const gives = (name: string, test: (open: OpenResults, namespace: string) => Promise<void>): void =>
      holds(name, (open, namespace) =>
        test(async () => {
          const { results, ...sink } = await open();
          assert.ok(results, 'give the sink results, or say in cannot why there are none');
          return { ...sink, results };
        }, namespace),
      );

    gives('what was never written to is empty', async (open) => {
      const { results } = await open();
      assert.deepEqual(await results.read('X'), { units: [], sums: [] });
      assert.deepEqual(await results.recompute('X'), { units: [], sums: [] });
      assert.deepEqual(await results.histograms('X'), []);
      assert.deepEqual(await results.claims(''), new Map());
      await results.forget('X');
    });

    gives('a unit counts once, under its first arm and on its first day', async (open) => {
      const { write, results } = await open();
      await write(batch({ exposures: [exposure('1'), exposure('1'), exposure('2', { arm: 'B' })] }));
      await write(batch({ exposures: [exposure('1', { day: 1 }), exposure('3', { day: 1, weights: 'A:90,B:10' })] }));
      assert.deepEqual(unitsOf(await results.read('X')), [
        { arm: 'A', weights: WEIGHTS, day: 0, units: 1, inTwoArms: 0 },
        { arm: 'A', weights: 'A:90,B:10', day: 1, units: 1, inTwoArms: 0 },
        { arm: 'B', weights: WEIGHTS, day: 0, units: 1, inTwoArms: 0 },
      ]);
    });

    gives('what units did is summed by arm, event and day, and what others did is not', async (open) => {
      const { write, results } = await open();
      await write(
        batch({
          exposures: [exposure('1'), exposure('2'), exposure('3', { arm: 'B' })],
          events: [event('1', { count: 2, sum: 5n }), event('2', { sum: -3n }), event('nobody', { sum: 100n })],
        }),
      );
      await write(batch({ events: [event('1', { day: 1, sum: 4n }), event('3', { event: 'view', sum: 1n })] }));
      assert.deepEqual(sumsOf(await results.read('X')), [
        { arm: 'A', event: 'buy', day: 0, units: 2, sumX: 2n, sumXX: 34n, sumY: 3n, sumYY: 5n, sumXY: 7n },
        { arm: 'A', event: 'buy', day: 1, units: 0, sumX: 4n, sumXX: 56n, sumY: 1n, sumYY: 5n, sumXY: 17n },
        { arm: 'B', event: 'view', day: 0, units: 1, sumX: 1n, sumXX: 1n, sumY: 1n, sumYY: 1n, sumXY: 1n },
      ]);
      assert.deepEqual(sumsOf(await results.recompute('X')), [
        { arm: 'A', event: 'buy', day: 0, units: 2, sumX: 6n, sumXX: 90n, sumY: 4n, sumYY: 10n, sumXY: 24n },
        { arm: 'B', event: 'view', day: 0, units: 1, sumX: 1n, sumXX: 1n, sumY: 1n, sumYY: 1n, sumXY: 1n },
      ]);
    });

    gives('a unit seen in a second arm is taken out with all it did, and is counted as such once', async (open) => {
      const { write, results } = await open();
      await write(
        batch({
          exposures: [exposure('1'), exposure('2')],
          events: [event('1', { sum: 7n }), event('1', { event: 'view', day: 1 }), event('2', { sum: 2n })],
        }),
      );
      await write(batch({ exposures: [exposure('1', { arm: 'B' }), exposure('1', { arm: 'C' })] }));
      await write(
        batch({ exposures: [exposure('1', { arm: 'C' }), exposure('1')], events: [event('1', { sum: 9n })] }),
      );
      const totals = await results.read('X');
      assert.deepEqual(unitsOf(totals), [
        { arm: 'A', weights: WEIGHTS, day: 0, units: 2, inTwoArms: 0 },
        { arm: 'A', weights: WEIGHTS, day: 1, units: -1, inTwoArms: 1 },
      ]);
      assert.deepEqual(added(totals), added(await results.recompute('X')));
      assert.deepEqual(added(totals), {
        units: [{ arm: 'A', weights: WEIGHTS, day: 0, units: 1, inTwoArms: 1 }],
        sums: [{ arm: 'A', event: 'buy', day: 0, units: 1, sumX: 2n, sumXX: 4n, sumY: 1n, sumYY: 1n, sumXY: 2n }],
      });
    });

    gives('both arms of a unit in one batch: it is under the first', async (open) => {
      const { write, results } = await open();
      await write(batch({ exposures: [exposure('1', { arm: 'B' }), exposure('1')], events: [event('1')] }));
      assert.deepEqual(added(await results.read('X')), {
        units: [{ arm: 'B', weights: WEIGHTS, day: 0, units: 0, inTwoArms: 1 }],
        sums: [],
      });
    });

    gives('a unit’s days do not go back, whatever clocks say', async (open) => {
      const { write, results } = await open();
      await write(batch({ exposures: [exposure('1', { day: 2 })], events: [event('1', { day: 1 })] }));
      await write(batch({ events: [event('1', { day: 4 })] }));
      await write(batch({ events: [event('1', { day: 3 })] }));
      const { sums } = await results.read('X');
      assert.deepEqual(
        sums.map(({ day, sumY }) => [day - TODAY, sumY]).sort(([a], [b]) => Number(a) - Number(b)),
        [
          [2, 1n],
          [4, 2n],
        ],
      );
    });

    gives('a batch that comes again changes nothing', async (open) => {
      const [one, other] = [await open(), await open()];
      const twice = batch({
        exposures: [exposure('1'), exposure('2', { arm: 'B' })],
        events: [event('1', { sum: 3n })],
      });
      await one.write(twice);
      const before = await one.results.read('X');
      await one.write(twice);
      await Promise.all([one.write(twice), other.write(twice), one.write(twice)]);
      assert.deepEqual(added(await other.results.read('X')), added(before));
    });

    gives('sums have no rounding, however large', async (open) => {
      const { write, results } = await open();
      const most = 10n ** 18n - 1n;
      for (let times = 0; times < 3; times += 1)
        await write(batch({ exposures: [exposure('1')], events: [event('1', { sum: most, count: 999_999_999 })] }));
      const [sums] = added(await results.read('X')).sums;
      const [x, y] = [3n * most, 3n * 999_999_999n];
      assert.deepEqual([sums!.sumX, sums!.sumXX, sums!.sumY, sums!.sumYY, sums!.sumXY], [x, x * x, y, y * y, x * y]);
    });

    gives('experiments are apart, and one is forgotten without the other', async (open) => {
      const { write, results } = await open();
      const of = (experiment: string) =>
        batch({
          exposures: [exposure('1', { experiment })],
          events: [event('1', { experiment })],
          histograms: [{ experiment, arm: 'A', writer: 'w', data: experiment }],
        });
      for (const experiment of ['X', 'Y', 'x']) await write(of(experiment));
      await results.claim('X tripped', 'why');
      await results.forget('X');
      assert.deepEqual(await results.read('X'), { units: [], sums: [] });
      assert.deepEqual(await results.recompute('X'), { units: [], sums: [] });
      assert.deepEqual(await results.histograms('X'), []);
      assert.equal((await results.claims('X')).size, 1);
      assert.equal((await results.read('Y')).units.length, 1);
      await write(of('X'));
      assert.deepEqual(await results.read('X'), await results.read('Y'));
    });

    gives('a histogram takes the place of what its process wrote before, and of no other', async (open) => {
      const { write, results } = await open();
      const one = { experiment: 'X', arm: 'A', writer: 'w1', data: 'first' };
      await write(batch({ histograms: [one, { ...one, writer: 'w2' }, { ...one, arm: 'B' }] }));
      await write(batch({ histograms: [{ ...one, data: 'second' }] }));
      assert.deepEqual(
        (await results.histograms('X')).map(({ arm, writer, data }) => [arm, writer, data].join()).sort(),
        ['A,w1,second', 'A,w2,first', 'B,w1,first'],
      );
    });

    gives('one process has a claim, whoever else asks for it', async (open) => {
      const sinks = [await open(), await open(), await open()];
      const asked = sinks.flatMap((sink, index) =>
        [0, 1, 2].map((time) => sink.results.claim('trip 1', `${index}${time}`)),
      );
      assert.equal((await Promise.all(asked)).filter(Boolean).length, 1);
      const note = (await sinks[0]!.results.claims('trip')).get('trip 1')!;
      assert.equal(await sinks[1]!.results.claim('trip 1', 'late'), false);
      assert.equal(await sinks[1]!.results.claim('trip 2', 'another'), true);
      assert.deepEqual(Object.fromEntries(await sinks[2]!.results.claims('trip ')), {
        'trip 1': note,
        'trip 2': 'another',
      });
      assert.equal((await sinks[2]!.results.claims('trip 2')).size, 1);
    });

    gives('names are data', async (open) => {
      const { write, results } = await open();
      for (const experiment of ODD) {
        const histograms = ODD.map((name) => ({ experiment, arm: name, writer: name, data: 'data' }));
        const exposures = ODD.map((name) => ({ ...exposure(name, { experiment, arm: name }), weights: name }));
        await write(
          batch({ exposures, events: ODD.map((name) => event(name, { experiment, event: name })), histograms }),
        );
        assert.equal(await results.claim(experiment, experiment), true);
      }
      for (const experiment of ODD) {
        const { units, sums } = await results.read(experiment);
        assert.deepEqual(units.map(({ arm }) => arm).sort(), ODD.toSorted());
        assert.ok(units.every((row) => row.weights === row.arm && row.units === 1));
        assert.deepEqual(sums.map(({ event }) => event).sort(), ODD.toSorted());
        assert.ok(sums.every((row) => row.event === row.arm && row.sumY === 1n));
        assert.deepEqual((await results.histograms(experiment)).map(({ writer }) => writer).sort(), ODD.toSorted());
        assert.equal((await results.claims(experiment)).get(experiment), experiment);
      }
      assert.deepEqual([...(await results.claims('')).keys()].sort(), ODD.toSorted());
    });

    gives('what is summed by day is what a full recomputation gives, of any batches', async (open) => {
      const { write, results } = await open();
      for (const one of randomBatches(40, 1)) await write(one);
      for (const experiment of EXPERIMENTS)
        assert.deepEqual(added(await results.read(experiment)), added(await results.recompute(experiment)));
    });

    unlessUnable('several-processes', () =>
      gives('the same with three that write at once, each batch twice', async (open) => {
        const sinks = [await open(), await open(), await open()];
        const all = sinks.map((_, index) => randomBatches(15, index + 2));
        await Promise.all(
          sinks.map(async ({ write }, index) => {
            for (const one of all[index]!) await Promise.all([write(one), write(one)]);
          }),
        );
        const { read, recompute } = sinks[0]!.results;
        const seen = new Set(
          all.flat().flatMap(({ exposures }) => exposures.map((one) => `${one.experiment} ${one.unit}`)),
        );
        let units = 0;
        for (const experiment of EXPERIMENTS) {
          const totals = added(await read(experiment));
          assert.deepEqual(totals, added(await recompute(experiment)));
          units += totals.units.reduce((sum, row) => sum + row.units + row.inTwoArms, 0);
        }
        assert.equal(units, seen.size);
      }),
    );

    gives('another namespace sees nothing', async (open, namespace) => {
      const { write, results } = await open();
      const other = await create(`${namespace}2`);
      try {
        const one = batch({
          exposures: [exposure('1')],
          histograms: [{ experiment: 'X', arm: 'A', writer: 'w', data: 'data' }],
        });
        await write(one);
        await results.claim('a', 'note');
        assert.deepEqual(await other.results!.read('X'), { units: [], sums: [] });
        assert.deepEqual(await other.results!.histograms('X'), []);
        assert.equal(await other.results!.claim('a', 'note'), true);
        await other.write(one);
        await other.results!.forget('X');
        assert.equal((await results.read('X')).units.length, 1);
      } finally {
        await other.close();
      }
    });
  });
}

function batch(of: Partial<Batch> = {}): Batch {
  return { id: randomUUID(), exposures: [], events: [], histograms: [], ...of };
}

/** An exposure of experiment X, so many days from the first. */
function exposure(unit: string, { day = 0, ...of }: Partial<Exposure> & { readonly day?: number } = {}): Exposure {
  return { experiment: 'X', arm: 'A', unit, at: (TODAY + day) * DAY + 1, weights: WEIGHTS, ...of };
}

function event(unit: string, { day = 0, ...of }: Partial<TrackedEvent> & { readonly day?: number } = {}): TrackedEvent {
  return { experiment: 'X', unit, event: 'buy', count: 1, sum: 1n, at: (TODAY + day) * DAY + 1, ...of };
}

const EXPERIMENTS = ['X', 'Y'];

/** Batches of a few units that see several arms and do several things, with clocks days apart; the same for the same seed. */
function randomBatches(count: number, seed: number): readonly Batch[] {
  let state = seed;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const times = <T>(most: number, make: () => T) => Array.from({ length: draw(most + 1) }, make);
  const of = () => ({ experiment: EXPERIMENTS[draw(2)]!, day: draw(4) });
  return Array.from({ length: count }, () =>
    batch({
      exposures: times(20, () => exposure(`${draw(60)}`, { arm: draw(12) === 0 ? 'B' : 'A', ...of() })),
      events: times(20, () => {
        const [value, name] = [BigInt(draw(2_000_000_000) - 500_000_000), `event ${draw(3)}`];
        return event(`${draw(60)}`, { event: name, count: 1 + draw(3), sum: value, ...of() });
      }),
    }),
  );
}

/** Rows of all days in one, those that come to nothing left out. */
function added({ units, sums }: Totals): { readonly units: readonly DayUnits[]; readonly sums: readonly DaySums[] } {
  const add = <T extends object>(rows: readonly T[]): readonly T[] => {
    const byKey = new Map<string, T>();
    for (const row of rows) {
      const names = Object.entries(row).filter(([, value]) => typeof value === 'string');
      const so = byKey.get(JSON.stringify(names));
      const entries = Object.entries({ ...row, day: 0 }).map(([name, value]) => {
        return [name, so && typeof value !== 'string' ? value + (so[name as keyof T] as typeof value) : value];
      });
      byKey.set(JSON.stringify(names), Object.fromEntries(entries) as T);
    }
    const isNothing = (row: T) => Object.values(row).every((value) => typeof value === 'string' || Number(value) === 0);
    return [...byKey]
      .filter(([, row]) => !isNothing(row))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row);
  };
  return { units: add(units), sums: add(sums) };
}

/** In a fixed order, with days counted from the first. */
function unitsOf({ units }: Totals): readonly DayUnits[] {
  return inOrder(units, ({ arm, weights, day }) => [arm, weights, day]);
}
function sumsOf({ sums }: Totals): readonly DaySums[] {
  return inOrder(sums, ({ arm, event, day }) => [arm, event, day]);
}
function inOrder<T extends { readonly day: number }>(rows: readonly T[], key: (row: T) => unknown): readonly T[] {
  return rows
    .map((row) => ({ ...row, day: row.day === 0 ? 0 : row.day - TODAY }))
    .sort((a, b) => (JSON.stringify(key(a)) < JSON.stringify(key(b)) ? -1 : 1));
}
