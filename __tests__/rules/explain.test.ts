import { liveSegment, P, ramp, segment, type Context, type Rule } from 'gatekeeper-flags';
import { P as foreign } from 'ts-pattern';
import { BY, engineOf, toggle, type Toggle } from '../support/config';
import { visit } from '../support/visit';

type Condition = Pick<Rule<Toggle>, 'when' | 'except'>;
const who: Partial<Context> = {
  user: { id: 7, plan: 'free', age: 12, email: 'ada@example.com', tags: ['a'], address: { country: 'GB' }, gone: null },
  groups: { company: { id: 'acme', employees: 5 } },
};

/** Why a rule does not match. */
function why(condition: Condition, given: Partial<Context> = who): string {
  const engine = engineOf(
    { FLAG: toggle({ rules: [{ name: 'r', ...condition, serve: 'ON' }] }) },
    { app: { isDev: false } },
  );
  const { variant, steps } = engine.for(given).explain('FLAG');
  expect(variant).toBe('OFF');
  const tried = steps.find(({ rule }) => rule === 'r')!;
  expect(tried).toEqual({ step: 'rule', matched: false, rule: 'r', detail: expect.any(String) });
  return tried.detail;
}

describe('which part of a pattern', () => {
  test.each<[string, Condition['when']]>([
    ['user.plan is "free"; wanted "growth"', { user: { plan: 'growth', country: 'US' } }],
    ['user.country is absent; wanted "US" or "CA"', { user: { plan: 'free', country: P.union('US', 'CA') } }],
    ['user.gone is null; wanted present', { user: { gone: P.nonNullable } }],
    ['user.address.country is "GB"; wanted "US"', { user: { address: { country: 'US' } } }],
    [
      'groups.company.employees is 5; wanted a number over 100',
      { groups: { company: { employees: P.number.gt(100) } } },
    ],
    ['groups.team is absent; wanted that groups.team.id is 1', { groups: { team: { id: 1 } } }],
    ['app.isDev is false; wanted true', { app: { isDev: true } }],
    [
      'wanted { user: { plan: "a" } } or { user: { plan: "b" } }',
      P.union({ user: { plan: 'a' } }, { user: { plan: 'b' } }),
    ],
  ])('%s', (words, when) => {
    expect(why({ when })).toBe(words);
  });

  test('nobody is signed in', () => {
    expect(why({ when: { user: { plan: 'growth', country: P.union('US', 'CA') } } }, {})).toBe(
      'user is absent; wanted that user.plan is "growth" and user.country is "US" or "CA"',
    );
  });

  test('the first of a list of conditions', () => {
    expect(why({ when: [{ user: { plan: 'free' } }, { user: { age: 13 } }, { user: { age: 14 } }] })).toBe(
      'user.age is 12; wanted 13',
    );
  });
});

describe('what was wanted, in words', () => {
  class Money {}
  function isAdult(age: unknown): boolean {
    return Number(age) >= 18;
  }
  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['NaN', NaN],
    ['-0', -0],
    ['5n', 5n],
    ['Symbol(x)', Symbol('x')],
    ['["b", a string]', ['b', P.string]],
    ['that user.plan.a is 1 and user.plan.b is a number', { a: 1, b: P.number }],
    ['that user.plan is an object', {}],
    ['{ a: 1, b: an object }', P.shape({ a: 1, b: {} })],
    ['not anything', P.not(P.any)],
    ['not "free"', P.not('free')],
    ['not ("free" or "trial")', P.not(P.union('free', 'trial'))],
    ['not (absent or "free")', P.not(P.optional('free'))],
    ['a bigint', P.bigint],
    ['true or false', P.boolean],
    ['a symbol', P.symbol],
    ['null or absent', P.nullish],
    ['absent or "x"', P.optional('x')],
    ['absent or a bigint', P.bigint.optional()],
    ['a string starting with "b"', P.string.startsWith('b')],
    ['a string starting with "b" and ending with "c"', P.string.startsWith('b').endsWith('c')],
    ['a string containing "x"', P.string.includes('x')],
    ['a string matching /^b/i', P.string.regex(/^b/i)],
    ['a string of at least 9 characters', P.string.minLength(9)],
    ['a string of at least 9 characters and of at most 10 characters', P.string.minLength(9).maxLength(10)],
    ['a string of 9 characters', P.string.length(9)],
    ['a number from 1 to 5', P.number.between(1, 5)],
    ['a number under 1', P.number.lt(1)],
    ['a number of at most 1', P.number.lte(1)],
    ['a number over 100 and without a fraction', P.number.gt(100).int()],
    ['a number of at least 100', P.number.gte(100)],
    ['a number that is finite and under 0', P.number.finite().negative()],
    ['a bigint over 0', P.bigint.positive()],
    ['what isAdult accepts', P.when(isAdult)],
    [
      'what a function accepts',
      P.when(
        (
          () => () =>
            false
        )(),
      ),
    ],
    ['an instance of Money', P.instanceOf(Money)],
    ['an array', P.array()],
    ['an array of (a bigint or "x")', P.array(P.union(P.bigint, 'x'))],
    ['a set', P.set()],
    ['a set of a string', P.set(P.string)],
    ['a map', P.map()],
    ['a map from a string to 1', P.map(P.string, 1)],
    ['a record to 1', P.record(1)],
    ['a record from "a" to 1', P.record('a', 1)],
    ['{ a: 1 }', P.shape({ a: 1 })],
    ['{ a: 1 } or { a: 2, b: 3 }', P.union({ a: 1 }, { a: 2, b: 3 })],
    ['{ a: 1 } and ("x" or "y")', P.intersection({ a: 1 }, P.union('x', 'y'))],
    ['a bigint or "x"', P.bigint.or('x')],
    ['a string starting with "b" and not "bc"', P.string.startsWith('b').and(P.not('bc'))],
    ['"x"', P.select('name', 'x')],
    ['a bigint', P.select(P.bigint)],
    ['a bigint', P.bigint.select('name')],
    ['what a matcher of ts-pattern accepts', foreign.bigint],
    ['0 or 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 90 more', (P.union as any)(...Array(100).keys())],
    ['nothing', (P.union as any)()],
  ])('%s', (words, plan) => {
    expect(why({ when: { user: { plan } } as never })).toBe(`user.plan is "free"; wanted ${words}`);
  });

  test('a selection of anything is met by all, and lacked by who has no such key', () => {
    expect(why({ when: { user: { other: P.select() } } })).toBe('user.other is absent; wanted anything');
    expect(why({ when: { user: { other: P.select('name') } } })).toBe('user.other is absent; wanted anything');
  });

  test('a long value is cut short', () => {
    const long = why({ when: { user: { plan: 'growth' } } }, { user: { plan: 'x'.repeat(2 ** 20) } });
    expect(long.length).toBeLessThan(200);
    expect(long).toMatch(/^user\.plan is "x+…; wanted "growth"$/);
  });
});

describe('segments', () => {
  const staff = segment('staff', { user: { email: P.string.endsWith('@shop.example') } });
  const listed = segment('listed', [1, 2]);
  const companies = segment('companies', ['globex'], { unit: 'company' });
  const beta = liveSegment('beta of explain.test');
  const old = segment('old', ({ user }) => user?.age > 65);

  test.each<[string, Condition, Partial<Context>]>([
    [
      'not in segment "staff": user.email is "ada@example.com"; wanted a string ending with "@shop.example"',
      { when: staff },
      who,
    ],
    ['not in segment "listed"', { when: listed }, who],
    ['not in segment "listed": there is no user id', { when: listed }, {}],
    ['not in segment "companies"', { when: companies }, who],
    ['not in segment "companies": there is no company id', { when: companies }, { user: { id: 7 } }],
    ['not in segment "beta of explain.test"', { when: beta }, who],
    ['not in segment "old"', { when: old }, who],
    ['excepted: in segment "listed"', { except: [staff, listed] }, { user: { id: 1 } }],
    ['excepted: user.plan is "free"', { except: { user: { plan: 'free' } } }, who],
    ['excepted: user.plan is not "growth"', { when: { user: {} }, except: { user: { plan: P.not('growth') } } }, who],
  ])('%s', (words, condition, given) => {
    expect(why(condition, given)).toBe(words);
  });
});

test('a browser is given no visitor id by looking for one in a list', async () => {
  const visitors = segment('visitors', ['v'], { unit: 'visitor' });
  const engine = engineOf({ FLAG: toggle({ rules: [{ name: 'r', when: visitors, serve: 'ON' }] }) });
  const [detail, cookie] = await visit(engine, {}, (gk, req) => [
    gk.explain('FLAG').steps.find(({ rule }) => rule === 'r')!.detail,
    req.res!.getHeader('Set-Cookie'),
  ]);
  expect(detail).toBe('not in segment "visitors": there is no visitor id');
  expect(cookie).toBeUndefined();
});

describe('rollouts', () => {
  const start = Date.parse('2026-12-01');
  const engine = engineOf(
    {
      FLAG: toggle({
        rules: [
          { name: 'growth', when: { user: { plan: 'growth' } }, serve: 'ON' },
          { name: 'none', rollout: 0, serve: 'ON' },
          { name: 'few', rollout: 0.001, serve: 'ON' },
          { name: 'companies', rollout: 100, unit: 'company', serve: 'ON' },
          { name: 'ramp', rollout: ramp('2026-12-01', { day1: 5 }), serve: 'ON' },
          { name: 'parts', split: { ON: 100, OFF: 0 } },
        ],
      }),
    },
    { now: () => start },
  );
  const decision = engine.for({ user: { id: 7 } }).explain('FLAG');
  const bucket = expect.any(Number);

  test('a program finds bucket and percentage, a person a sentence', () => {
    const tried = decision.steps.filter(({ rule }) => rule !== undefined);
    expect(tried).toEqual([
      { step: 'rule', matched: false, rule: 'growth', detail: 'user.plan is absent; wanted "growth"' },
      {
        step: 'rule',
        matched: false,
        rule: 'none',
        bucket,
        percent: 0,
        detail: expect.stringMatching(/^matches, and bucket \d+(\.\d+)? is not under 0 %$/),
      },
      {
        step: 'rule',
        matched: false,
        rule: 'few',
        bucket,
        percent: 0.001,
        detail: expect.stringMatching(/ is not under 0\.001 %$/),
      },
      { step: 'rule', matched: false, rule: 'companies', detail: 'matches, but there is no company id to bucket by' },
      {
        step: 'rule',
        matched: false,
        rule: 'ramp',
        bucket,
        percent: 5,
        detail: expect.stringMatching(/ is not under 5 %$/),
      },
      {
        step: 'split',
        matched: true,
        rule: 'parts',
        bucket,
        percent: 100,
        detail: 'matches; its split gives ON',
      },
    ]);
    for (const { bucket: found, percent, matched } of tried)
      if (found !== undefined) expect(found < percent!).toBe(matched);
    expect(decision).toMatchObject({ flag: 'FLAG', variant: 'ON', reason: 'split', rule: 'parts' });
  });

  test('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });

  test('a percentage of live control is told from that of the code', async () => {
    const live = engineOf(
      {
        FLAG: toggle({
          rules: [
            { name: 'number', rollout: 25, serve: 'ON' },
            { name: 'ramp', rollout: ramp('2026-12-01', { day1: 5 }), serve: 'ON' },
            { name: 'all', serve: 'ON' },
          ],
        }),
      },
      { now: () => start },
    );
    for (const rule of ['number', 'ramp', 'all']) await live.live.setRollout('FLAG', rule, 0, BY);
    const details = live
      .for({ user: { id: 7 } })
      .explain('FLAG')
      .steps.filter(({ rule }) => rule)
      .map(({ detail }) => detail.replace(/bucket \S+/, 'bucket'));
    expect(details).toEqual([
      'matches, and bucket is not under 0 % (live; in code 25 %)',
      'matches, and bucket is not under 0 % (live; in code a ramp)',
      'matches, and bucket is not under 0 % (live; in code 100 %)',
    ]);
  });

  test('a bucket just under the percentage is not rounded up to it', () => {
    const at = (percent: number) =>
      engineOf({ FLAG: toggle({ rules: [{ name: 'r', rollout: percent, serve: 'ON' }] }) })
        .for({ user: { id: 7 } })
        .explain('FLAG').steps;
    const { bucket: exact } = at(100).at(-1)!;
    const percent = Math.ceil(exact! * 10_000) / 10_000;
    expect(at(percent).at(-1)!.detail).toMatch(new RegExp(` is under ${percent} %$`));
    expect(at(percent).at(-1)!.detail).not.toContain(`bucket ${percent} `);
  });
});

test('a function that answers otherwise the second time does not break explain', () => {
  let asked = 0;
  const once = P.when(() => {
    asked += 1;
    if (asked > 2) throw new Error('asked too often');
    return false;
  });
  expect(why({ when: { user: once } })).toBe('does not match');
});
