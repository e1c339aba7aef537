import fc from 'fast-check';
import { ramp, type Rule } from 'gatekeeper-flags';
import { BY, toggle, type Toggle } from '../support/config';
import { ageing, onDay, START, DAY } from '../support/hygiene';

const DAYS = 90;
const USERS = 30;

const day = fc.integer({ min: 0, max: DAYS - 1 });
const variant = fc.constantFrom('ON' as const, 'OFF' as const);
const percent = fc.constantFrom(0, 20, 100);
const rollout = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: percent },
  fc.tuple(day, fc.boolean()).map(([at, guarded]) => ramp(onDay(at), { day1: 10, day5: 100 }, { guarded })),
);
const when = fc.constantFrom(undefined, undefined, { user: { plan: 'growth' } });
const rule = (name: string) =>
  fc
    .record({ name: fc.constant(name), when, rollout, serve: variant })
    .map((given) => given as unknown as Rule<Toggle>);
const members = fc.record({
  rules: fc.oneof(fc.tuple(rule('a')), fc.tuple(rule('a'), rule('b')), fc.constant([])),
  overrides: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constant({ ON: [3] }) }),
  ends: fc.option(
    day.map((at) => onDay(at + 1)),
    { nil: undefined, freq: 6 },
  ),
});
const action = fc.oneof(
  fc.record({ do: fc.constant('kill' as const) }),
  fc.record({ do: fc.constant('restore' as const) }),
  fc.record({ do: fc.constant('pin' as const), variant }),
  fc.record({ do: fc.constant('unpin' as const) }),
  fc.record({ do: fc.constant('setRollout' as const), rule: fc.constantFrom('a', 'b'), percent }),
  fc.record({ do: fc.constant('resetRollout' as const), rule: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('approveRamp' as const), rule: fc.constantFrom('a', 'b'), percent }),
  fc.record({ do: fc.constant('addUser' as const), variant }),
  fc.record({ do: fc.constant('clear' as const) }),
);
const events = fc.array(fc.tuple(day, action), { maxLength: 6 });

/** Does what was drawn; what the flag does not take (a rule that it does not have) is not done. */
function act({ live }: ReturnType<typeof ageing>['engine'], one: any): Promise<unknown> {
  if (one.do === 'clear') return live.clear(BY);
  if (one.do === 'addUser') return live.addUser('A', one.variant, 5, BY);
  const args =
    one.do === 'pin' ? [one.variant] : 'percent' in one ? [one.rule, one.percent] : 'rule' in one ? [one.rule] : [];
  return (live as any)[one.do]('A', ...args, BY).catch(() => {});
}

test('whoever is said to have got one variant since some day has, whatever was changed when', async () => {
  let claims = 0;
  await fc.assert(
    fc.asyncProperty(members, events, fc.boolean(), async (given, happening, counted) => {
      const flags = ageing({ A: toggle({ created: onDay(0), expires: onDay(999), ...given }) });
      const gotten: string[][] = [];
      for (let today = 0; today < DAYS; today++) {
        flags.clock.day = today;
        for (const [on, one] of happening) if (on === today) await act(flags.engine, one);
        gotten[today] = Array.from({ length: USERS }, (_, id) => {
          const user = { id: id + 1, plan: id % 2 ? 'growth' : 'free' };
          return flags.engine.for({ user: user as never }).ffVariant('A');
        });
        await flags.count();
        const { reasons } = await flags.of('A', { ...(!counted && { counts: [] }) });
        for (const { text } of reasons) {
          const [, said, since] = /^everybody (?:gets|has got) (\w+)(?: since ([\d-]+))?/.exec(text) ?? [];
          if (said === undefined) continue;
          claims += 1;
          const from = since === undefined ? today : (Date.parse(since) - START) / DAY;
          // On its first day it may have been set late, and in the code it may have been set at any time.
          const others = gotten
            .slice(Math.min(from + (counted ? 1 : 0), today))
            .flat()
            .filter((got) => got !== said);
          expect({ today, text, others }).toEqual({ today, text, others: [] });
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(claims).toBeGreaterThan(1_000);
});
