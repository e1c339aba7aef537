import { FeatureFlag } from 'gatekeeper-flags';
import { Samples } from '../../src/dashboard/samples';
import { engineOf, toggle } from '../support/config';

const MINUTE = 60_000;

/** An engine and its samples, whose minutes pass when a test says so. */
function sampled() {
  let now = 0;
  const engine = engineOf({ A: toggle(), B: toggle() as FeatureFlag<any> }, { now: () => now });
  const samples = new Samples(engine);
  const decide = (times: number) => {
    for (let id = 0; id < times; id++) engine.for({ user: { id } as never }).ffVariant('A');
  };
  const minute = async () => {
    now += MINUTE;
    await jest.advanceTimersByTimeAsync(MINUTE);
  };
  return { engine, samples, decide, minute, flag: engine.flags()[0]! };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('nothing is sampled until somebody looks; then each minute is how many decisions came', async () => {
  const { samples, decide, minute, flag } = sampled();
  decide(100);
  await minute();
  await samples.look();
  expect(samples.series(flag)).toEqual({ at: [], variants: { ON: [], OFF: [] } });
  expect(samples.of('A').get('OFF')).toMatchObject({ count: 100 });
  decide(3);
  await minute();
  await minute();
  decide(5);
  await minute();
  const { at, variants } = samples.series(flag);
  expect(variants).toEqual({ ON: [0, 0, 0], OFF: [3, 0, 5] });
  expect(at).toEqual([2, 3, 4].map((time) => time * MINUTE));
});

test('the last four hours are kept, and none after it is closed', async () => {
  const { samples, minute, flag } = sampled();
  await samples.look();
  for (let i = 0; i < 300; i++) await minute();
  expect(samples.series(flag).at).toHaveLength(239);
  const last = samples.series(flag).at.at(-1);
  samples.close();
  await minute();
  expect(samples.series(flag).at.at(-1)).toBe(last);
});

test('a store that does not answer holds no page up', async () => {
  const { engine, samples } = sampled();
  engine.live.counts = () => new Promise(() => {});
  const looked = samples.look();
  await jest.advanceTimersByTimeAsync(300);
  await looked;
  expect(samples.of('A').size).toBe(0);
});
