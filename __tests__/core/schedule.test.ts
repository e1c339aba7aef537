import type { FeatureFlag } from 'gatekeeper-flags';
import { engineOf, type Toggle, toggle } from '../support/config';

const at = (time: string, members: Partial<FeatureFlag<Toggle>>) =>
  engineOf({ FLAG: toggle({ getVariant: () => 'ON', ...members }) })
    .for({ now: Date.parse(time) })
    .explain('FLAG');

const ON = { variant: 'ON', reason: 'rule' };
const OUTSIDE = { variant: 'OFF', reason: 'schedule' };
const window = { starts: '2026-12-01', ends: '2026-12-24T18:00+01:00' };

test.each([
  ['2026-11-30T23:59:59.999Z', window, OUTSIDE],
  ['2026-12-01T00:00:00.000Z', window, ON],
  ['2026-12-24T16:59:59.999Z', window, ON],
  ['2026-12-24T17:00:00.000Z', window, OUTSIDE],
  ['1970-01-01T00:00:00.000Z', { ends: window.ends }, ON],
  ['2100-01-01T00:00:00.000Z', { ends: window.ends }, OUTSIDE],
  ['1970-01-01T00:00:00.000Z', { starts: window.starts }, OUTSIDE],
  ['2100-01-01T00:00:00.000Z', { starts: window.starts }, ON],
  ['2026-12-01T00:00:00.000Z', { starts: new Date('2026-12-01') }, ON],
  ['2026-11-30T00:00:00.000Z', { starts: new Date('2026-12-01') }, OUTSIDE],
  ['2026-12-01T09:00:00.000Z', { starts: '2026-12-01T09:00' }, ON],
  ['2026-12-01T08:59:59.999Z', { starts: '2026-12-01T09:00' }, OUTSIDE],
  ['2026-12-01T00:00:00.000Z', {}, ON],
])('at %s, a flag with %j', (time, members, expected) => {
  expect(at(time, members)).toMatchObject(expected);
});

test('the clock of the config counts where no time is handed in, and an open request keeps its time', () => {
  let time = Date.parse('2026-11-30');
  const engine = engineOf({ FLAG: toggle({ ...window, getVariant: () => 'ON' }) }, { now: () => time });
  const before = engine.for({});
  expect(before.ff('FLAG', 'ON')).toBe(false);
  time = Date.parse('2026-12-02');
  expect(before.ff('FLAG', 'ON')).toBe(false);
  expect(before.fresh().ff('FLAG', 'ON')).toBe(true);
  expect(engine.for({}).ff('FLAG', 'ON')).toBe(true);
});

test('created, expires, owner, kind and permanent decide nothing', () => {
  const lifecycle = { created: '2020-01-01', expires: '2020-02-01', owner: 'payments', kind: 'ops', permanent: true };
  expect(at('2026-11-21', lifecycle as Partial<FeatureFlag<Toggle>>)).toMatchObject(ON);
});
