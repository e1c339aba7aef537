import { FeatureFlag, P, match, segment, type Context, type Rule } from 'gatekeeper-flags';
import { toggle } from '../support/config';
import { ageing } from '../support/hygiene';

/** The remarks on a flag of these members that has an owner. */
async function remarks(members: Parameters<typeof toggle>[0]): Promise<readonly string[]> {
  const found = await ageing({ A: toggle({ owner: 'x', ...members }) }).of('A');
  return found.remarks.map(({ code, text }) => `${code}: ${text}`);
}
const onWhen = (when: unknown) => remarks({ rules: [{ name: 'r', when, serve: 'ON' } as never] });

test.each([undefined, '', '  '])('an owner of %j is none', async (owner) => {
  expect(await remarks({ owner })).toEqual(["unowned: nobody owns it; write owner = 'your-team'"]);
});

describe('P.not on an attribute that may be absent', () => {
  const end = 'use except instead';
  test.each([
    ['an attribute', { user: { plan: P.not('free') } }, 'user.plan is not "free"', 'user.plan'],
    [
      'deep down',
      { groups: { company: { size: P.not(P.number.gt(9)) } } },
      'groups.company.size is not a number over 9',
      'groups.company.size',
    ],
    ['the whole user', { user: P.not({ plan: 'free' }) }, 'user is not { plan: "free" }', 'user or user.plan'],
    [
      'one of several',
      { user: { plan: P.union('pro', P.not('free')) } },
      'user.plan is "pro" or not "free"',
      'user.plan',
    ],
    ['what is not null', { user: { plan: P.not(null) } }, 'user.plan is not null', 'user.plan'],
  ])('%s', async (_, when, words, path) => {
    expect(await onWhen(when)).toEqual([`not: rule “r”: “${words}” also holds where ${path} is absent; ${end}`]);
    // It does: this is what the remark is for.
    const { engine } = ageing({ A: toggle({ rules: [{ name: 'r', when, serve: 'ON' } as never] }) });
    const [fact] = Object.keys(when);
    const absent =
      fact === 'groups' ? { groups: { company: { size: undefined } } } : { user: { id: 1, plan: undefined } };
    expect(engine.for(absent as never).ff('A', 'ON')).toBe(true);
  });

  test('in a segment', async () => {
    const payers = segment('payers', { user: { plan: P.not('free') } } as never);
    expect(await onWhen([payers])).toEqual([
      `not: rule “r”, segment “payers”: “user.plan is not "free"” also holds where user.plan is absent; ${end}`,
    ]);
  });

  test.each([
    ['what is not absent', { user: { plan: P.not(P.nullish) } }],
    ['a string that is not', { user: { plan: P.string.and(P.not('free')) } }],
    ['said to be optional', { user: { plan: P.optional(P.not('free')) } }],
    ['a fact of the process', { app: { region: P.not('eu') } }],
    ['no not', { user: { plan: P.union('pro', 'growth'), id: P.number.gt(7) } }],
    ['a function that wants a string', { user: { plan: P.not(P.when((plan) => (plan as string).length > 3)) } }],
  ])('nothing is said of %s', async (_, when) => {
    expect(await onWhen(when)).toEqual([]);
  });

  test('nor of except, which is the way out', async () => {
    const rules = [{ name: 'r', except: { user: { plan: P.not('free') } }, serve: 'ON' } as unknown as Rule<any>];
    expect(await remarks({ rules })).toEqual([]);
  });

  class Own extends FeatureFlag<'ON' | 'OFF'> {
    readonly description = 'x';
    override readonly owner = 'x';
    readonly variants = { ON: 'ON', OFF: 'OFF' } as const;
    readonly off = 'OFF';
    override getVariant({ user }: Context) {
      return match(user as any)
        .with({ plan: P.not('free') }, () => 'ON' as const)
        .otherwise(() => 'OFF' as const);
    }
  }
  class Careful extends Own {
    override getVariant({ user }: Context) {
      return match(user as any)
        .with({ plan: P.not(P.nullish) }, () => 'ON' as const)
        .otherwise(() => 'OFF' as const);
    }
  }
  test('in a getVariant of its own', async () => {
    const flags = ageing({ A: new Own(), B: new Careful() });
    expect((await flags.of('A')).remarks).toMatchObject([{ code: 'not', text: expect.stringContaining('getVariant') }]);
    expect((await flags.of('B')).remarks).toEqual([]);
  });
});

test('a payload of more than 10 kB', async () => {
  const text = 'ä'.repeat(4_994); // with its key and quotes, 10,000 bytes
  expect(await remarks({ payloads: { ON: { text } } })).toEqual([]);
  expect(await remarks({ payloads: { ON: { text: `${text}ä` }, OFF: { text: '' } } })).toEqual([
    'payload: the payload of ON is 10 kB of JSON; keep that where content is kept, and only its key here',
  ]);
});
