import fc from 'fast-check';
import type { Context } from 'gatekeeper-flags';
import { engineOf, toggle } from '../support/config';

const flags = () => ({
  PLAIN: toggle(),
  LISTED: toggle({ overrides: { ON: [1] } }),
  TIMED: toggle({ starts: '2026-01-01', ends: '2026-12-31', requires: [{ flag: 'LISTED', variant: 'OFF' }] }),
  READING: toggle({
    getVariant: ({ user, groups, app }) => ((user as any).plan.name + groups.a!.b + app.c ? 'ON' : 'OFF'),
  }),
  RETURNING: toggle({ getVariant: ({ user }) => user as never }),
  THROWING: toggle({
    getVariant({ user }) {
      throw user;
    },
  }),
});
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
});
const context = fc.record(
  { user: anything, groups: anything, app: anything, visitor: anything, now: anything },
  { requiredKeys: [] },
);

test.each(['test', 'production'])('whoever asks, every flag has one of its variants (NODE_ENV=%s)', (NODE_ENV) => {
  const engine = engineOf(flags(), { env: { NODE_ENV } });
  fc.assert(
    fc.property(context, (given) => {
      const gk = engine.for(given as Partial<Context>);
      for (const [name, variant] of Object.entries(gk.all())) {
        expect(['ON', 'OFF']).toContain(variant);
        expect(gk.explain(name as 'PLAIN').variant).toBe(variant);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('whatever is asked, a check answers', () => {
  const gk = engineOf(flags()).for({}) as any;
  fc.assert(
    fc.property(anything, anything, (flag, variant) => {
      expect(gk.ff(flag, variant)).toBe(false);
      expect(gk.ff('PLAIN', variant)).toBe(variant === 'OFF');
      expect([gk.ffVariant(flag), gk.payload(flag), gk.explain(flag)]).toEqual([undefined, undefined, undefined]);
    }),
    { numRuns: 1_000 },
  );
});
