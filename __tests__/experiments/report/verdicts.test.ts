import express from 'express';
import { gatekeeper } from 'gatekeeper-flags/express';
import { analyse, conversion, errorRate, mean, type ExperimentReport } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import request from 'supertest';
import { checkoutTest, DAY, world, type Habits, type World } from '../../support/experiment-days';

const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map(({ engine }) => engine.close())));

/** A world with one experiment in it. */
function begun(members: object = {}, options: object = {}): World {
  const made = world({ CHECKOUT_TEST: checkoutTest({ guardrails: [], ...members } as never) }, options);
  worlds.push(made);
  return made;
}

const report = ({ engine }: World): Promise<ExperimentReport> => analyse(engine, 'CHECKOUT_TEST');
const same = (purchase: number) => ({ CONTROL: { purchase }, ONE_PAGE: { purchase } });
const between = (control: Partial<Habits>, treatment: Partial<Habits>) => ({
  CONTROL: { purchase: 0.2, ...control },
  ONE_PAGE: { purchase: 0.2, ...treatment },
});

/** What is said of the one treatment there is. */
async function said(made: World) {
  const { treatments } = await report(made);
  expect(treatments).toHaveLength(1);
  return treatments[0]!;
}

test('invalid where nobody is exposed; before it starts, it says when', async () => {
  const made = begun({ starts: '2026-11-04' });
  expect(await said(made)).toMatchObject({ verdict: 'invalid', because: 'no-exposures', hidden: true });
  expect((await said(made)).why).toBe('It starts on 4 November.');
  expect(await report(made)).toMatchObject({ state: 'scheduled', days: 0 });
  made.clock.now += 10 * DAY;
  expect((await said(made)).why).toMatch(/^Nobody has been exposed since it started 7 days ago: /);
});

test('invalid where one arm loses some of its units', async () => {
  const made = begun();
  for (let day = 0; day < 8; day++, made.clock.now += DAY)
    for (let n = 0; n < 300; n++) {
      const gk = made.engine.for({ user: { id: `${day}/${n}` } as never });
      const lost = gk.explain('CHECKOUT_TEST').variant === 'ONE_PAGE' && n % 5 === 0;
      if (!lost) gk.ff('CHECKOUT_TEST', 'ONE_PAGE');
    }
  const { health, treatments } = await report(made);
  expect(health.sampleRatio).toMatchObject({ mismatch: true, p: expect.any(Number) });
  expect(treatments[0]).toMatchObject({ verdict: 'invalid', because: 'sample-ratio-mismatch' });
  expect(treatments[0]!.why).toMatch(/in CONTROL to .* in ONE_PAGE, where 50 : 50 was wanted \(p\s=\s\d\s×\s10⁻/u);
});

test('a ramp that moves the shares is healthy: each step is held against its own', async () => {
  const sink = memorySink();
  const options = { sink: () => sink };
  await begun({ arms: { CONTROL: 90, ONE_PAGE: 10 } }, options).live(4, 400, same(0.2));
  const later = world({ CHECKOUT_TEST: checkoutTest({ guardrails: [] }) }, options, 7);
  worlds.push(later);
  later.clock.now += 4 * DAY;
  for (let n = 0; n < 2_000; n++) later.engine.for({ user: { id: `later ${n}` } as never }).ffVariant('CHECKOUT_TEST');
  const { health } = await report(later);
  expect(health.sampleRatio.mismatch).toBe(false);
  expect(health.sampleRatio.steps.map(({ arms }) => arms.map(({ weight }) => weight))).toEqual([
    [90, 10],
    [50, 50],
  ]);
});

test('invalid where more than 1 % of the units saw two arms', async () => {
  const sink = memorySink();
  const made = begun({}, { sink: () => sink });
  await made.live(8, 200, same(0.2));
  // A deploy with another salt draws the same users anew.
  const other = begun({ salt: 'another' }, { sink: () => sink });
  other.clock.now = made.clock.now;
  for (let n = 1; n <= 60; n++) other.engine.for({ user: { id: `u${n}` } as never }).ffVariant('CHECKOUT_TEST');
  const { health, treatments } = await report(other);
  expect(health.inTwoArms).toBeGreaterThan(0.01 * health.exposed);
  expect(treatments[0]).toMatchObject({ verdict: 'invalid', because: 'units-in-two-arms' });
});

describe('too early', () => {
  test.each([
    ['under-a-week', 6, 500],
    ['too-few-units', 9, 15],
  ])('%s: no number of a metric is anywhere in the report', async (because, days, perDay) => {
    const made = begun();
    await made.live(days, perDay, between({}, { purchase: 0.5 }));
    const [treatment, ...others] = (await report(made)).treatments;
    expect(others).toEqual([]);
    expect(Object.keys(treatment!).sort()).toEqual(
      ['alpha', 'because', 'daysLeft', 'hidden', 'variant', 'verdict', 'why'].filter((key) => key in treatment!),
    );
    expect(treatment).toMatchObject({ verdict: 'too-early', because, hidden: true });
  });

  test('and they show from the seventh day on', async () => {
    const made = begun({ minimumDetectableEffect: '2%' });
    await made.live(7, 500, same(0.2));
    expect(await said(made)).toMatchObject({ verdict: 'keep-running', hidden: false, metrics: expect.any(Array) });
  });
});

test('harm is called on any day, and stays called', async () => {
  const made = begun({ minimumDetectableEffect: '5%' });
  await made.live(9, 600, between({}, { purchase: 0.12 }));
  const called = await said(made);
  expect(called).toMatchObject({ verdict: 'roll-back', because: 'harm', decided: '2026-11-07' });
  expect(called.metrics![0]).toMatchObject({ name: 'purchase', role: 'primary', shown: 'worse' });
  await made.live(12, 600, between({}, { purchase: 0.5 }));
  const later = await said(made);
  expect({ ...later, daily: undefined }).toEqual({ ...called, daily: undefined });
});

test('it keeps running below its planned size, and says for how many days, in whole weeks', async () => {
  const made = begun({ minimumDetectableEffect: undefined, plannedUnits: 8_000 });
  await made.live(9, 400, between({}, { purchase: 0.21 }));
  const { plan, treatments } = await report(made);
  expect(plan).toMatchObject({ by: 'plannedUnits', units: 8_000, days: 21, daysLeft: 12 });
  expect(plan.progress).toBeCloseTo(0.45, 1);
  expect(treatments[0]).toMatchObject({ verdict: 'keep-running', because: 'below-planned-size', daysLeft: 12 });
  expect(treatments[0]!.metrics![0]!.shown).toBe('neither');
});

describe('a win is judged once, at the end of the first whole week with the planned size', () => {
  test('what is significant before is no win, and what is lost later stays one', async () => {
    const made = begun({ minimumDetectableEffect: undefined, plannedUnits: 5_000 });
    const habits = between({}, { purchase: 0.25 });
    await made.live(13, 400, habits);
    const before = await said(made);
    expect(before).toMatchObject({ verdict: 'keep-running', daysLeft: 1 });
    expect((before.metrics![0]!.p as { p: number }).p).toBeLessThan(0.05);
    await made.live(1, 400, habits);
    const won = await said(made);
    expect(won).toMatchObject({ verdict: 'ship', because: 'better', decided: '2026-11-14' });
    await made.live(21, 400, between({ purchase: 0.3 }, { purchase: 0.15 }));
    const later = await said(made);
    expect({ ...later, daily: undefined }).toEqual({ ...won, daily: undefined });
    expect(later.daily!.points.at(-1)!.estimate).toBeLessThan(0);
  });

  test('what was no win then, is none however it looks later', async () => {
    const made = begun({ minimumDetectableEffect: '25%' });
    await made.live(7, 500, same(0.2));
    const judged = await said(made);
    expect(judged).toMatchObject({ verdict: 'no-meaningful-effect', decided: '2026-11-07' });
    await made.live(14, 500, between({}, { purchase: 0.4 }));
    expect(await said(made)).toMatchObject({ verdict: 'no-meaningful-effect', decided: '2026-11-07' });
  });

  test('the day that is not over is no part of it', async () => {
    const made = begun({ minimumDetectableEffect: undefined, plannedUnits: 2_000 });
    await made.live(6, 400, between({}, { purchase: 0.4 }));
    for (let n = 0; n < 500; n++) made.engine.for({ user: { id: `seventh ${n}` } as never }).ffVariant('CHECKOUT_TEST');
    made.clock.now += DAY - 1;
    expect(await said(made)).toMatchObject({ verdict: 'too-early' });
    made.clock.now += 1;
    expect(await said(made)).toMatchObject({ verdict: 'ship' });
  });
});

test('where only its end is written, it is judged at its end', async () => {
  const made = begun({ minimumDetectableEffect: undefined, ends: '2026-11-13' });
  await made.live(11, 500, between({}, { purchase: 0.3 }));
  expect(await report(made)).toMatchObject({ plan: { by: 'ends', days: 12, daysLeft: 1 } });
  expect(await said(made)).toMatchObject({ verdict: 'keep-running', daysLeft: 1 });
  await made.live(1, 500, between({}, { purchase: 0.3 }));
  expect(await said(made)).toMatchObject({ verdict: 'ship', decided: '2026-11-12' });
  expect((await report(made)).state).toBe('ended');
});

test('where it ends before it has its size, it is judged all the same, and says so', async () => {
  const made = begun({ minimumDetectableEffect: '10%', ends: '2026-11-10' });
  await made.live(9, 300, between({}, { purchase: 0.21 }));
  const treatment = await said(made);
  expect(treatment).toMatchObject({ verdict: 'inconclusive', decided: '2026-11-09' });
  expect(treatment.why).toMatch(/^It ended with \d+\s% of the units it needs, and no difference is shown: purchase/);
});

describe('guardrails', () => {
  const guarded = {
    guardrails: [errorRate().above('2x'), mean('revenue').below('-20%')],
    primary: conversion('purchase'),
  };

  test('rolled back where one is shown passed, however well the primary metric does', async () => {
    const made = begun(guarded);
    await made.live(14, 500, between({ failed: 0.01 }, { failed: 0.06, purchase: 0.3 }));
    const treatment = await said(made);
    expect(treatment).toMatchObject({ verdict: 'roll-back', because: 'guardrail-inferior' });
    expect(treatment.guardrails!.map(({ status }) => status)).toEqual(['inferior', 'non-inferior']);
    expect(treatment.why).toContain('“request errors above 2x”');
  });

  test('shipped where each is shown kept', async () => {
    const made = begun(guarded);
    await made.live(14, 500, between({ failed: 0.05 }, { failed: 0.05, purchase: 0.3 }));
    expect(await said(made)).toMatchObject({ verdict: 'ship', because: 'better' });
  });

  test('shipped, too, where nothing failed at all', async () => {
    const made = begun(guarded);
    await made.live(14, 500, between({ failed: 0 }, { failed: 0, purchase: 0.3 }));
    expect(await said(made)).toMatchObject({ verdict: 'ship', guardrails: [{ status: 'non-inferior' }, {}] });
  });

  test('for a person to review where one is not shown either way', async () => {
    const made = begun(guarded);
    await made.live(14, 500, between({ failed: 0.002 }, { failed: 0.002, purchase: 0.3 }));
    const treatment = await said(made);
    expect(treatment).toMatchObject({ verdict: 'review', because: 'better-but-guardrail-unknown' });
    expect(treatment.guardrails![0]).toMatchObject({ status: 'unknown' });
  });

  test('rolled back once one has tripped, by real requests, with its numbers as the reason', async () => {
    const made = begun(guarded);
    const app = express().use(gatekeeper(made.engine) as never);
    app.get('/:id', (req, res) => {
      const isOnePage = (req as any).gk.identify({ id: req.params.id }).ff('CHECKOUT_TEST', 'ONE_PAGE');
      res.status(isOnePage ? 500 : 200).end();
    });
    const killed = new Promise<void>((resolve) => {
      const stop = made.engine.onChange(() => {
        if (made.engine.live.state.flags.get('CHECKOUT_TEST')?.killed === undefined) return;
        stop();
        resolve();
      });
    });
    for (let n = 0; n < 60; n++) await request(app).get(`/visitor${n}`);
    await killed;
    const { treatments, killed: by, watched } = await report(made);
    expect(by).toContain('request errors above 2x');
    expect(watched.find(({ tripped }) => tripped)?.name).toBe('request errors above 2x');
    expect(treatments[0]).toMatchObject({ verdict: 'rolled-back', because: 'guardrail-tripped', hidden: true });
    expect(treatments[0]!.why).toMatch(/^A guardrail has switched it off: .*\d/);
  });
});

test('worse at the planned size, though not enough to be called harm before', async () => {
  const made = begun({ minimumDetectableEffect: undefined, plannedUnits: 6_500 });
  await made.live(14, 500, between({}, { purchase: 0.178 }));
  expect(await said(made)).toMatchObject({ verdict: 'roll-back', because: 'worse', decided: '2026-11-14' });
});

test('inconclusive where nothing is shown', async () => {
  const made = begun({ minimumDetectableEffect: undefined, plannedUnits: 3_000 });
  await made.live(7, 500, same(0.2));
  expect(await said(made)).toMatchObject({ verdict: 'inconclusive', because: 'nothing-shown' });
});

test('several treatments have a verdict each, at a part of the level', async () => {
  const made = begun({ arms: { CONTROL: 40, ONE_PAGE: 30, NO_ACCOUNT: 30 } });
  await made.live(14, 900, { ...between({}, { purchase: 0.26 }), NO_ACCOUNT: { purchase: 0.1 } });
  const { treatments } = await report(made);
  expect(treatments).toMatchObject([
    { variant: 'ONE_PAGE', verdict: 'ship', alpha: 0.025, family: '5 secondary metrics, 2 treatments' },
    { variant: 'NO_ACCOUNT', verdict: 'roll-back', alpha: 0.025 },
  ]);
});
