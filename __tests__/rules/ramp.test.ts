import { execFileSync } from 'node:child_process';
import { ramp, type Ramp, type Rule } from 'gatekeeper-flags';
import { BY, engineOf, toggle, type Toggle } from '../support/config';

const HOUR = 60 * 60 * 1000;
const at = (time: string) => Date.parse(time);

function engineAt(rollout: Ramp, clock: { now: number }) {
  const rules: Rule<Toggle>[] = [{ name: 'ramp', rollout, serve: 'ON' }];
  return engineOf({ FLAG: toggle({ rules }) }, { now: () => clock.now });
}
/** The percentage that a rule with this ramp holds a unit's bucket against. */
function percentAt(engine: ReturnType<typeof engineAt>): number {
  return engine
    .for({ user: { id: 1 } })
    .explain('FLAG')
    .steps.find(({ rule }) => rule === 'ramp')!.percent!;
}
const percents = (rollout: Ramp, ...times: string[]) =>
  times.map((time) => percentAt(engineAt(rollout, { now: at(time) })));

describe('in days', () => {
  const days = ramp('2026-12-01', { day1: 5, day3: 25, day7: 50, day14: 100 });

  test('day 1 is the first 24 hours, in UTC', () => {
    expect(percents(days, '2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00Z', '2026-12-02T23:59:59.999Z')).toEqual([
      0, 5, 5,
    ]);
    expect(percents(days, '2026-12-03T00:00:00Z', '2026-12-06T23:59:59.999Z')).toEqual([25, 25]);
    expect(percents(days, '2026-12-07T00:00:00Z', '2026-12-13T23:59:59.999Z')).toEqual([50, 50]);
    expect(percents(days, '2026-12-14T00:00:00Z', '2036-01-01T00:00:00Z')).toEqual([100, 100]);
    expect(percents(days, '1970-01-01T00:00:00Z')).toEqual([0]);
  });

  test('a ramp may begin later than on its first day', () => {
    expect(percents(ramp('2026-12-01', { day2: 10 }), '2026-12-01T23:59:59Z', '2026-12-02T00:00:00Z')).toEqual([0, 10]);
  });

  test('nobody is in it before the start, all are in it at the end', () => {
    const shares = ['2026-11-30', '2026-12-03', '2026-12-20'].map((time) => {
      const engine = engineAt(days, { now: at(time) });
      return Array.from({ length: 400 }, (_, id) => engine.for({ user: { id } }).ff('FLAG', 'ON')).filter(Boolean)
        .length;
    });
    expect(shares).toEqual([0, expect.any(Number), 400]);
    expect(Math.abs(shares[1]! - 100)).toBeLessThan(35);
  });
});

describe('the start', () => {
  test.each<[string | Date, string]>([
    ['2026-12-01', '2026-12-01T00:00:00Z'],
    ['2026-12-01T09:30', '2026-12-01T09:30:00Z'],
    ['2026-12-01T09:30:15.5', '2026-12-01T09:30:15.500Z'],
    ['2026-12-01T09:30Z', '2026-12-01T09:30:00Z'],
    ['2026-12-01T09:30+02:00', '2026-12-01T07:30:00Z'],
    ['2026-12-01T09:30:00-05:00', '2026-12-01T14:30:00Z'],
    [new Date('2026-12-01T09:30:00Z'), '2026-12-01T09:30:00Z'],
  ])('%p', (start, instant) => {
    const before = new Date(at(instant) - 1).toISOString();
    expect(percents(ramp(start, { day1: 5, day2: 10 }), before, instant)).toEqual([0, 5]);
    expect(percents(ramp(start, { day1: 5, day2: 10 }), new Date(at(instant) + 24 * HOUR).toISOString())).toEqual([10]);
  });
});

describe('in steps', () => {
  test('each holds for its duration, and the last for good', () => {
    const steps = ramp('2026-12-01T09:00Z', [[1, '90m'], [5, '36h'], [25, '2d'], [50, '1w'], [75, 1.5 * HOUR], [100]]);
    const start = at('2026-12-01T09:00Z');
    const after = (hours: number) => percentAt(engineAt(steps, { now: start + hours * HOUR }));
    expect([-0.001, 0, 1.499, 1.5, 37.499, 37.5].map(after)).toEqual([0, 1, 1, 5, 5, 25]);
    expect([85.499, 85.5, 253.499, 253.5, 254.999, 255, 10_000].map(after)).toEqual([25, 50, 50, 75, 75, 100, 100]);
  });

  test('a duration may have a fraction, and the last step may have one too', () => {
    const steps = ramp('2026-12-01', [
      [5, '0.5d'],
      [10, '1d'],
    ]);
    expect(percents(steps, '2026-12-01T11:59:59Z', '2026-12-01T12:00:00Z', '2027-01-01T00:00:00Z')).toEqual([
      5, 10, 10,
    ]);
  });
});

test('a percentage may be 0, have a fraction, or stay the same', () => {
  const steps = ramp('2026-12-01', { day1: 0, day2: 0.001, day3: 0.001, day4: 100 });
  expect(percents(steps, '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04')).toEqual([0, 0.001, 0.001, 100]);
});

test('a growing ramp only adds users', () => {
  const clock = { now: at('2026-12-01') };
  const engine = engineAt(ramp('2026-12-01', { day1: 10, day2: 30, day3: 80 }), clock);
  const inside = () =>
    Array.from({ length: 500 }, (_, id) => id).filter((id) => engine.for({ user: { id } }).ff('FLAG', 'ON'));
  const first = inside();
  clock.now += 24 * HOUR;
  const second = inside();
  clock.now += 24 * HOUR;
  expect(second).toEqual(expect.arrayContaining(first));
  expect(inside()).toEqual(expect.arrayContaining(second));
});

test('one request sees one time, however long it takes', () => {
  const clock = { now: at('2026-12-01') };
  const engine = engineAt(ramp('2026-12-01', { day1: 0, day2: 100 }), clock);
  const gk = engine.for({ user: { id: 1 } });
  expect(gk.ff('FLAG', 'OFF')).toBe(true);
  clock.now += 24 * HOUR;
  expect(gk.ff('FLAG', 'OFF')).toBe(true);
  expect(gk.fresh().ff('FLAG', 'ON')).toBe(true);
});

test("the time is the context's where it is given", () => {
  const engine = engineAt(ramp('2026-12-01', { day1: 100 }), { now: at('2026-11-01') });
  expect(engine.for({ user: { id: 1 } }).ff('FLAG', 'ON')).toBe(false);
  expect(engine.for({ user: { id: 1 }, now: at('2026-12-01') }).ff('FLAG', 'ON')).toBe(true);
});

test('every process works out the same, whatever its time zone', () => {
  const program = `
    import { createEngine, defineConfig, FeatureFlag, ramp } from 'gatekeeper-flags';
    class Ramped extends FeatureFlag {
      description = 'A ramp';
      variants = { ON: 'ON', OFF: 'OFF' };
      off = 'OFF';
      rules = [{ name: 'ramp', rollout: ramp('2026-12-01T06:00', { day1: 5, day2: 50 }), serve: 'ON' }];
    }
    const percents = ['2026-12-01T05:59:59Z', '2026-12-01T06:00:00Z', '2026-12-02T06:00:00Z'].map((time) => {
      const engine = createEngine(defineConfig({ flags: { FLAG: new Ramped() }, now: () => Date.parse(time) }));
      return engine.for({ user: { id: 1 } }).explain('FLAG').steps.find(({ rule }) => rule).percent;
    });
    console.log(JSON.stringify(percents));
    process.exit();
  `;
  const outputs = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati'].map((TZ) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    }),
  );
  expect(outputs.map((output) => JSON.parse(output))).toEqual(Array(4).fill([0, 5, 50]));
});

describe('a guarded ramp', () => {
  const guarded = ramp('2026-12-01', { day1: 5, day3: 25, day7: 50 }, { guarded: true });

  test('serves its first step without approval, and nothing before its start', () => {
    expect(percents(guarded, '2026-11-30', '2026-12-01', '2026-12-03', '2027-12-01')).toEqual([0, 5, 5, 5]);
  });

  test('serves the lesser of its step by time and the last one approved', async () => {
    const clock = { now: at('2026-12-01') };
    const engine = engineAt(guarded, clock);
    await engine.live.approveRamp('FLAG', 'ramp', 25, BY);
    expect(percentAt(engine)).toBe(5);
    clock.now = at('2026-12-03');
    expect(percentAt(engine)).toBe(25);
    clock.now = at('2027-12-01');
    expect(percentAt(engine)).toBe(25);
    await engine.live.approveRamp('FLAG', 'ramp', 50, BY);
    expect(percentAt(engine)).toBe(50);
    await engine.live.approveRamp('FLAG', 'ramp', 5, BY);
    expect(percentAt(engine)).toBe(5);
    clock.now = at('2026-11-30');
    expect(percentAt(engine)).toBe(0);
  });
});
