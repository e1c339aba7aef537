import { BY, engineOf, toggle } from '../support/config';
import { visit } from '../support/visit';

test('gives the flag, the variant, the reason, and each step tried in order, the last of which decided', () => {
  const flag = toggle({ overrides: { ON: [1] }, getVariant: () => 'ON' });
  const { steps, ...decision } = engineOf({ FLAG: flag })
    .for({ user: { id: 2 } })
    .explain('FLAG');
  expect(decision).toEqual({ flag: 'FLAG', variant: 'ON', reason: 'rule' });
  expect(steps.map(({ step, matched }) => [step, matched])).toEqual([
    ['killed', false],
    ['browser-override', false],
    ['user-override', false],
    ['pinned', false],
    ['rule', true],
  ]);
  for (const { detail } of steps) expect(detail).toMatch(/^.{3,}$/);
  expect(steps[2]!.detail).toContain('2');
});

test('stops at the step that decided', async () => {
  const engine = engineOf({ FLAG: toggle({ getVariant: () => 'ON' }) });
  await engine.live.kill('FLAG', { actor: 'ada', reason: 'payments are down' });
  const { steps, reason } = engine.for({}).explain('FLAG');
  expect(reason).toBe('killed');
  expect(steps).toHaveLength(1);
  expect(steps[0]!.detail).toMatch(/ada.*payments are down/);
});

test('tells why a user list did not apply', () => {
  const engine = engineOf({ FLAG: toggle({ overrides: { ON: [1] } }) });
  const detail = (user: object | undefined) =>
    engine
      .for({ user })
      .explain('FLAG')
      .steps.find(({ step }) => step === 'user-override')?.detail;
  expect(detail({ id: 7 })).toContain('7');
  expect(detail({})).toContain('no user id');
  expect(detail(undefined)).toContain('no user id');
});

test('shows a schedule and a prerequisite that were tried and did not decide', () => {
  const engine = engineOf({
    BASE: toggle({ off: 'ON' }),
    FLAG: toggle({ starts: '2020-01-01', requires: [{ flag: 'BASE', variant: 'ON' }], getVariant: () => 'ON' }),
  });
  const steps = engine.for({}).explain('FLAG').steps;
  expect(steps.map(({ step, matched }) => [step, matched])).toEqual([
    ['killed', false],
    ['browser-override', false],
    ['schedule', false],
    ['requires', false],
    ['pinned', false],
    ['rule', true],
  ]);
});

test('never takes an error for off', () => {
  const engine = engineOf({
    OFF: toggle(),
    FAILED: toggle({
      getVariant() {
        throw new Error('no\n  database');
      },
    }),
  });
  const gk = engine.for({});
  expect(gk.explain('OFF')).toMatchObject({ variant: 'OFF', reason: 'default' });
  const { variant, reason, steps } = gk.explain('FAILED');
  expect({ variant, reason }).toEqual({ variant: 'OFF', reason: 'error' });
  expect(steps.at(-1)).toEqual({ step: 'error', matched: true, detail: 'Error: no database' });
});

test('is one answer with ff, and counts a failure once', () => {
  const engine = engineOf({
    FAILED: toggle({
      getVariant() {
        throw new Error('down');
      },
    }),
  });
  const gk = engine.for({});
  gk.explain('FAILED');
  gk.ff('FAILED', 'ON');
  gk.explain('FAILED');
  expect(engine.stats().errors).toEqual({ FAILED: 1 });
});

test('shows the answer that was given, although the rule would answer differently now', () => {
  let calls = 0;
  const engine = engineOf({ FLAG: toggle({ getVariant: () => (calls++ % 2 === 0 ? 'ON' : 'OFF') }) });
  const gk = engine.for({});
  expect([gk.explain('FLAG').variant, gk.explain('FLAG').variant, gk.ffVariant('FLAG')]).toEqual(['ON', 'ON', 'ON']);
});

test('ends with the reason that counted, where a rule answers once and fails later', () => {
  let calls = 0;
  const flag = toggle({
    getVariant() {
      if (calls++ > 0) throw new Error('only once');
      return 'ON';
    },
  });
  const { variant, reason, steps } = engineOf({ FLAG: flag }).for({}).explain('FLAG');
  expect({ variant, reason }).toEqual({ variant: 'ON', reason: 'rule' });
  expect(steps.at(-1)).toMatchObject({ step: 'rule', matched: true });
});

test('tells a browser override from one by the environment', async () => {
  const flags = { FLAG: toggle() };
  const browser = await visit(engineOf(flags), { overrides: { FLAG: 'ON' } }, (gk) => gk.explain('FLAG'));
  const env = { NODE_ENV: 'test', GATEKEEPER_FLAG: 'ON' };
  const environment = engineOf(flags, { env }).for({}).explain('FLAG');
  expect(browser).toMatchObject({ variant: 'ON', reason: 'browser-override' });
  expect(environment).toMatchObject({ variant: 'ON', reason: 'browser-override' });
  expect(browser.steps.at(-1)!.detail).toContain('browser');
  expect(environment.steps.at(-1)!.detail).toContain('GATEKEEPER_FLAG');
});

test('is undefined for a flag that does not exist', () => {
  expect(
    engineOf({ FLAG: toggle() })
      .for({})
      .explain('FLUG' as never),
  ).toBeUndefined();
});

test('shows a pin that live control took back', async () => {
  const engine = engineOf({ FLAG: toggle() });
  await engine.live.pin('FLAG', 'ON', BY);
  const pinned = engine.for({});
  expect(pinned.explain('FLAG').reason).toBe('pinned');
  await engine.live.unpin('FLAG', BY);
  expect(pinned.fresh().explain('FLAG').reason).toBe('default');
});
