import * as entry from 'gatekeeper-flags';
import { match, P } from 'gatekeeper-flags';
import { isMatching, match as theirMatch, P as original } from 'ts-pattern';
import { originOf } from '../../src/patterns/p';
import { expectType, type Equal } from '../support/types';

type Input = { readonly kind: 'card'; readonly digits: string } | { readonly kind: 'cash'; readonly amount: number };

describe("our P is ts-pattern's", () => {
  test('in its members, and in the methods of each', () => {
    expect(Object.keys(P).sort()).toEqual(Object.keys(original).sort());
    for (const [name, member] of Object.entries(original))
      if (typeof member === 'object')
        expect(Object.keys(P[name as 'string']).sort()).toEqual(Object.keys(member).sort());
    expect(P.matcher).toBe(original.matcher);
  });

  test('in its types', () => {
    expectType<Equal<typeof P, typeof original>>();
    expectType<Equal<P.Pattern<Input>, original.Pattern<Input>>>();
    const pattern = { user: { plan: P.union('growth', 'free'), age: P.optional(P.number) } };
    type Inferred = P.infer<typeof pattern>;
    expectType<Equal<Inferred, { user: { plan: 'growth' | 'free'; age?: number | undefined } }>>();
    const card = { kind: 'card' } as const;
    expectType<Equal<P.narrow<Input, typeof card>, Extract<Input, { kind: 'card' }>>>();
    expectType<Equal<P.unstable_Fn, original.unstable_Fn>>();
    expectType<Equal<P.unstable_Matchable<string>, original.unstable_Matchable<string>>>();
    expectType<Equal<P.unstable_Matcher<string>, original.unstable_Matcher<string>>>();
    // @ts-expect-error no input of this kind
    const wrong: P.Pattern<Input> = { kind: 'cheque' };
    expect(wrong).toEqual({ kind: 'cheque' });
  });

  test('for a matchable class of the app', () => {
    class Even implements P.unstable_Matchable<number> {
      [P.matcher](): P.unstable_Matcher<number> {
        return { match: (value) => ({ matched: Number(value) % 2 === 0 }) };
      }
    }
    expect(
      [1, 2].map((n) =>
        match<number>(n)
          .with(new Even(), () => 'even')
          .otherwise(() => 'odd'),
      ),
    ).toEqual(['odd', 'even']);
  });
});

test("match is ts-pattern's", () => {
  expect(match).toBe(theirMatch);
  expect(Object.keys(entry)).toEqual(expect.arrayContaining(['P', 'match']));
});

describe('match with our P', () => {
  const pay = (input: Input) =>
    match(input)
      .with({ kind: 'card', digits: P.string.minLength(4).select() }, (digits) => {
        expectType<Equal<typeof digits, string>>();
        return `card ${digits.slice(-4)}`;
      })
      .with({ kind: 'card' }, () => 'no card')
      .with({ kind: 'cash', amount: P.select('amount', P.number.positive()) }, ({ amount }) => {
        expectType<Equal<typeof amount, number>>();
        return `cash ${amount}`;
      })
      .with({ kind: 'cash' }, () => 'no cash')
      .exhaustive();

  test('selects, narrows and is exhaustive', () => {
    expect(pay({ kind: 'card', digits: '42424242' })).toBe('card 4242');
    expect(pay({ kind: 'card', digits: '42' })).toBe('no card');
    expect(pay({ kind: 'cash', amount: 5 })).toBe('cash 5');
    expect(pay({ kind: 'cash', amount: -5 })).toBe('no cash');
    expect(() => pay({ kind: 'cheque' } as never)).toThrow(/no pattern matches value/);
  });

  test('selects within lists, collections and alternatives', () => {
    const select = (value: unknown) =>
      match(value)
        .with({ tags: P.array({ name: P.select('names', P.string) }) }, ({ names }) => names)
        .with([P.select('first'), ...P.array(P.any), P.select('last')], ({ first, last }) => [first, last])
        .with(P.map(P.string, P.select()), (values) => values)
        .with(P.set(P.select()), (values) => values)
        .with(P.record(P.string, P.select()), (values) => values)
        .otherwise(() => undefined);
    expect(select({ tags: [{ name: 'a' }, { name: 'b' }] })).toEqual(['a', 'b']);
    expect(select([1, 2, 3])).toEqual([1, 3]);
    expect(select(new Map([['a', 1]]))).toEqual([1]);
    expect(select(new Set([1, 2]))).toEqual([1, 2]);
    expect(select({ a: 1, b: 2 })).toEqual([1, 2]);
    expect(select('x')).toBeUndefined();
  });

  test("mixes with ts-pattern's P", () => {
    const answer = (value: unknown) =>
      match(value)
        .with({ a: P.union(original.number, 'x'), b: original.optional(P.string) }, () => true)
        .otherwise(() => false);
    expect([{ a: 1 }, { a: 'x', b: '' }, { a: 'y' }, { a: 1, b: 1 }].map(answer)).toEqual([true, true, false, false]);
  });
});

test('remembers how a matcher was made', () => {
  const plan = P.union('growth', 'free');
  expect(originOf(plan)).toEqual({ name: 'union', args: ['growth', 'free'] });
  const large = P.number.gt(100).optional();
  expect(originOf(large)).toMatchObject({ name: 'optional', args: [] });
  expect(originOf(originOf(large)!.on!)).toMatchObject({ name: 'gt', args: [100], on: P.number });
  expect(originOf(P.number)).toEqual({ name: 'number', args: [] });
  expect(originOf(original.number)).toBeUndefined();
});

test("leaves ts-pattern's own P as it is", () => {
  const { startsWith } = original.string;
  expect(P.string.startsWith).not.toBe(startsWith);
  expect(originOf(original.string.startsWith('a'))).toBeUndefined();
  expect(isMatching(original.string.startsWith('a'), 'ab')).toBe(true);
});
