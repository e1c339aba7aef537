import type { Gatekeeper } from 'gatekeeper-flags';
import { engineOf, recorder, toggle } from '../support/config';

/** Flags whose rules ask other flags of the same request, as `{ A: 'B' }`: A's rule asks B. */
function setUp(
  asks: { readonly [flag: string]: string },
  how = (gk: Gatekeeper<any>, flag: string) => gk.ff(flag, 'ON'),
) {
  const { logger, errors } = recorder();
  const rule = (flag: string) => toggle({ getVariant: ({ request }) => (how(request.gk, flag) ? 'ON' : 'ON') });
  const engine = engineOf(Object.fromEntries(Object.entries(asks).map(([name, asked]) => [name, rule(asked)])), {
    logger,
  });
  const request: { gk?: Gatekeeper<any> } = {};
  request.gk = engine.for({ request });
  const reasons = (...order: string[]) => order.map((flag) => request.gk!.explain(flag).reason);
  return { engine, gk: request.gk, errors, reasons };
}

test.each<[string, (gk: Gatekeeper<any>, flag: string) => any]>([
  ['ff', (gk, flag) => gk.ff(flag, 'ON')],
  ['ffVariant', (gk, flag) => gk.ffVariant(flag)],
  ['payload', (gk, flag) => gk.payload(flag)],
  ['explain', (gk, flag) => gk.explain(flag)],
  ['all', (gk) => gk.all()],
  ['cacheKey', (gk, flag) => gk.cacheKey(flag)],
])('a rule that asks for its own flag by %s is off, with the reason error', (_, how) => {
  const { engine, gk, errors, reasons } = setUp({ SELF: 'SELF' }, how);
  expect(gk.ffVariant('SELF')).toBe('OFF');
  expect(reasons('SELF')).toEqual(['error']);
  expect(engine.stats().errors).toEqual({ SELF: 1 });
  expect(errors).toEqual([expect.stringMatching(/SELF.*asks for SELF itself/)]);
});

test.each([[['A', 'B', 'C']], [['C', 'A', 'B']], [['B', 'C', 'A']]])(
  'flags that ask for each other in a circle all fail, whichever is asked first: %j',
  (order) => {
    const { reasons, engine } = setUp({ A: 'B', B: 'C', C: 'A' });
    expect(reasons(...order)).toEqual(['error', 'error', 'error']);
    expect(engine.stats().errors).toEqual({ A: 1, B: 1, C: 1 });
  },
);

test('who only asks a flag of the circle does not fail', () => {
  const { reasons } = setUp({ ASKS: 'A', A: 'B', B: 'A', PLAIN: 'ASKS' });
  expect(reasons('PLAIN', 'ASKS', 'A', 'B')).toEqual(['rule', 'rule', 'error', 'error']);
});

test('a rule may ask for other flags', () => {
  const { gk, engine } = setUp({ A: 'B', B: 'C', C: 'D', D: 'E', E: 'MISSING' });
  expect(gk.all()).toEqual({ A: 'ON', B: 'ON', C: 'ON', D: 'ON', E: 'ON' });
  expect(engine.stats().errors).toEqual({});
});

test.each([['NEEDS'], ['RULED']])('a circle through a prerequisite fails where a rule asks, with %s first', (first) => {
  const request: { gk?: Gatekeeper<any> } = {};
  const engine = engineOf({
    NEEDS: toggle({ off: 'ON', requires: [{ flag: 'RULED', variant: 'ON' }] }),
    RULED: toggle({ getVariant: (context) => (context.request.gk.ff('NEEDS', 'ON') ? 'ON' : 'ON') }),
  });
  const gk = (request.gk = engine.for({ request }));
  gk.ffVariant(first as 'NEEDS');
  expect([gk.explain('NEEDS').reason, gk.explain('RULED').reason]).toEqual(['requires', 'error']);
});

test('a rule that catches what goes wrong below it is an error nonetheless', () => {
  const { reasons } = setUp({ SELF: 'SELF' }, (gk, flag) => {
    try {
      return gk.ff(flag, 'ON');
    } catch {
      return true;
    }
  });
  expect(reasons('SELF')).toEqual(['error']);
});
