import type { DaySums, DayUnits, Totals } from 'gatekeeper-flags';
import { analyse } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { checkoutTest, DAY, START, world } from '../../support/experiment-days';
import { conversion, seededRandom } from '../../support/simulated-experiment';

const RUNS = 1_000;
const DAYS = 28;
const FIRST = START / DAY;

/** An experiment in which a tenth of either arm buys, day by day. */
function lived(random: () => number, unitsPerDay: number, effect = 0): Totals {
  const metric = conversion(0.1, 0.01, effect);
  const [units, sums]: [DayUnits[], DaySums[]] = [[], []];
  for (let day = FIRST; day < FIRST + DAYS; day++)
    for (const [arm, role] of [
      ['CONTROL', 'control'],
      ['ONE_PAGE', 'treatment'],
    ] as const) {
      const bought = metric.draw(random, role, unitsPerDay).sum;
      const sum = BigInt(bought);
      units.push({ arm, weights: 'CONTROL:50,ONE_PAGE:50', day, units: unitsPerDay, inTwoArms: 0 });
      sums.push({
        ...{ arm, event: 'purchase', day, units: bought, sumX: sum * 1_000_000n, sumXX: sum * 10n ** 12n },
        ...{ sumY: sum, sumYY: sum, sumXY: sum * 1_000_000n },
      });
    }
  return { units, sums };
}

/** How often each call is what stands after four weeks, of experiments whose size follows from what the control does. */
async function calls(runs: number, seed: number, effect = 0) {
  const random = seededRandom(seed);
  let totals: Totals = { units: [], sums: [] };
  const sink = memorySink();
  const { engine } = world(
    { CHECKOUT_TEST: checkoutTest({ guardrails: [], secondary: [], minimumDetectableEffect: '12.5%' } as never) },
    { sink: () => ({ ...sink, results: { ...sink.results!, read: async () => totals } }) },
  );
  const counts: { [call: string]: number } = {};
  for (let run = 0; run < runs; run++) {
    totals = lived(random, 700, effect);
    const [treatment] = (await analyse(engine, 'CHECKOUT_TEST', { now: START + DAYS * DAY })).treatments;
    counts[treatment!.verdict] = (counts[treatment!.verdict] ?? 0) + 1;
  }
  await engine.close();
  return counts;
}

test(`of ${RUNS} experiments without effect, watched daily, fewer than 5 % are called different`, async () => {
  const { ship = 0, 'roll-back': rolledBack = 0, 'keep-running': running = 0 } = await calls(RUNS, 20261121);
  process.stdout.write(`ship ${ship}, roll back ${rolledBack} of ${RUNS}, still running ${running}\n`);
  expect(running).toBe(0);
  expect(ship + rolledBack).toBeLessThan(0.05 * RUNS);
  expect(ship).toBeGreaterThan(0.01 * RUNS);
}, 120_000);

test('an effect as large as the one sought is found about as often as planned', async () => {
  const runs = 300;
  const { ship = 0 } = await calls(runs, 7, 0.0125);
  process.stdout.write(`found ${ship} of ${runs}\n`);
  expect(ship / runs).toBeGreaterThan(0.75);
}, 120_000);
