import fc, { type Arbitrary } from 'fast-check';
import { P as ours } from 'gatekeeper-flags';
import { P as original, isMatching } from 'ts-pattern';
import { compilePattern } from '../../src/patterns/compile-pattern';

type Maker = typeof original;
/** A pattern, to be made with one `P` or with several, and a value that it may well match. */
interface Recipe {
  readonly make: (pick: () => Maker) => any;
  readonly example: unknown;
}
/** So that a recipe may be written where its type is not expected. */
const recipe = (make: Recipe['make'], example: unknown): Recipe => ({ make, example });

type Recipes = { readonly [name: string]: Arbitrary<Recipe> };

class Shop {
  readonly a = 'a';
  get b() {
    return 1;
  }
}
const symbol = Symbol('key');
const isShort = (value: unknown) => String(typeof value).length < 7;
const truthy = (value: unknown) => value;

const strings = fc.constantFrom('', 'a', 'b', 'ab', 'growth', 'A', '1', '🚀', 'constructor');
const numbers = fc.constantFrom(0, -0, 1, -1, 0.5, 2, 100, NaN, Infinity, -Infinity);
const bigints = fc.constantFrom(0n, 1n, -1n, 2n, 100n);
const things = fc
  .constantFrom<() => unknown>(
    () => ({}),
    () => [],
    () => new Date(0),
    () => /a/,
    () => new Map(),
    () => new Set(),
    () => new Shop(),
    () => Object.create(null),
    () => Object.create({ a: 'a', b: 1 }),
    () => Object.defineProperty({}, 'a', { value: 'a' }),
    () => Object.assign(() => {}, { a: 'a' }),
    () => new String('a'),
    () => new Proxy({ a: 'a' }, { has: () => false }),
    () => new Proxy({}, { get: (_, key) => (key === 'a' ? 'a' : undefined) }),
  )
  .map((make) => make());
const failing = fc.constant({
  get a() {
    throw new Error('a getter threw');
  },
  [fc.toStringMethod]: () => 'an object whose getter throws',
});
const leaves = fc.oneof(
  strings,
  numbers,
  bigints,
  fc.constantFrom<unknown>(null, undefined, true, false, symbol, isShort, Symbol.iterator, '__proto__'),
  things,
);
const keys = fc.constantFrom('a', 'b', 'c', 'length', 'constructor', symbol);

const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: leaves },
    failing,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 2 }).map((entries) => new Map(entries)),
  ),
}));

const literal = leaves.map((value): Recipe => ({ make: () => value, example: value }));
const matcher = (make: (P: Maker) => unknown, examples: Arbitrary<unknown>) =>
  examples.map((example): Recipe => ({ make: (pick) => make(pick()), example }));

/** A method of a matcher with its arguments. */
interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}
const call = (name: string, ...args: Arbitrary<unknown>[]): Arbitrary<Call> =>
  fc.tuple(...args).map((given) => ({ name, args: given }));
const comparisons = (of: Arbitrary<unknown>) => ({
  between: call('between', of, of),
  lt: call('lt', of),
  gt: call('gt', of),
  lte: call('lte', of),
  gte: call('gte', of),
  positive: call('positive'),
  negative: call('negative'),
});
const lengths = fc.integer({ min: 0, max: 3 });
const CHAINS = {
  string: {
    startsWith: call('startsWith', strings),
    endsWith: call('endsWith', strings),
    includes: call('includes', strings),
    minLength: call('minLength', lengths),
    maxLength: call('maxLength', lengths),
    length: call('length', lengths),
    // Made anew for each pattern, since a global or a sticky one has a state.
    regex: call('regex', fc.constantFrom('a', 'a/g', 'b$/i', 'a/y', '^.$/u')),
  },
  number: { ...comparisons(numbers), int: call('int'), finite: call('finite') },
  bigint: comparisons(bigints),
};
const COMMON = ['and', 'or', 'optional', 'select'];

function called(on: any, { name, args }: Call): unknown {
  if (name !== 'regex') return on[name](...args);
  const [source, flags] = (args[0] as string).split('/');
  return on.regex(flags === undefined ? source : new RegExp(source!, flags));
}

const chained = (type: keyof typeof CHAINS, examples: Arbitrary<unknown>): Arbitrary<Recipe> =>
  fc
    .tuple(fc.array(fc.oneof(...Object.values<Arbitrary<Call>>(CHAINS[type])), { maxLength: 3 }), examples)
    .map(([calls, example]) => ({ make: (pick) => calls.reduce(called, pick()[type]), example }));

const selected = fc.constantFrom('k', 'other');

/** Every member of ts-pattern's `P`. */
const membersOver = (sub: Arbitrary<Recipe>, entry: Arbitrary<readonly [PropertyKey, Recipe]>): Recipes => {
  const list = fc.array(sub, { maxLength: 4 });
  return {
    any: matcher((P) => P.any, values),
    unknown: matcher((P) => P.unknown, values),
    _: matcher((P) => P._, values),
    string: chained('string', strings),
    number: chained('number', numbers),
    bigint: chained('bigint', bigints),
    boolean: matcher((P) => P.boolean, fc.boolean()),
    symbol: matcher((P) => P.symbol, fc.constant(symbol)),
    nullish: matcher((P) => P.nullish, fc.constantFrom(null, undefined)),
    nonNullable: matcher((P) => P.nonNullable, values),
    array: fc.oneof(
      matcher((P) => P.array(), fc.array(values, { maxLength: 2 })),
      sub.map(({ make, example }) => recipe((pick) => pick().array(make(pick)), [example, example])),
    ),
    set: fc.oneof(
      matcher((P) => P.set(), fc.constant(new Set([1]))),
      sub.map(({ make, example }) => recipe((pick) => pick().set(make(pick)), new Set([example]))),
    ),
    map: fc.oneof(
      matcher((P) => P.map(), fc.constant(new Map([[1, 1]]))),
      // Which ts-pattern refuses, when it is asked.
      sub.map(({ make, example }) => recipe((pick) => (pick().map as any)(make(pick)), new Map([[example, example]]))),
      fc
        .tuple(sub, sub)
        .map(([key, value]) =>
          recipe((pick) => pick().map(key.make(pick), value.make(pick)), new Map([[key.example, value.example]])),
        ),
    ),
    record: fc.oneof(
      matcher((P) => (P.record as any)(), fc.constant({})),
      sub.map(({ make, example }) => recipe((pick) => pick().record(make(pick)), { a: example })),
      fc
        .tuple(sub, sub)
        .map(([key, { make, example }]) =>
          recipe((pick) => pick().record(key.make(pick), make(pick)), { a: example, 1: example }),
        ),
    ),
    union: fc.tuple(list, values).map(([some, other]) => ({
      make: (pick) => (pick().union as any)(...some.map(({ make }) => make(pick))),
      example: some.length > 0 ? some.at(-1)!.example : other,
    })),
    intersection: fc.tuple(list, values).map(([some, other]) => ({
      make: (pick) => (pick().intersection as any)(...some.map(({ make }) => make(pick))),
      example: some.length > 0 ? some[0]!.example : other,
    })),
    not: fc.tuple(sub, values).map(([{ make }, example]) => ({ make: (pick) => pick().not(make(pick)), example })),
    optional: fc.tuple(sub, fc.boolean()).map(([{ make, example }, absent]) => ({
      make: (pick) => pick().optional(make(pick)),
      example: absent ? undefined : example,
    })),
    when: fc.tuple(fc.constantFrom(isShort, truthy), values).map(([test, example]) => ({
      make: (pick) => pick().when(test),
      example,
    })),
    select: fc.tuple(fc.option(selected), fc.option(sub), values).map(([key, part, example]) => ({
      make: (pick) => (pick().select as any)(...(key === null ? [] : [key]), ...(part ? [part.make(pick)] : [])),
      example: part ? part.example : example,
    })),
    instanceOf: fc
      .constantFrom<[new () => object, unknown]>(
        [Shop, new Shop()],
        [Date, new Date(0)],
        [Map, new Map()],
        [Object, {}],
      )
      .map(([type, example]) => ({ make: (pick) => pick().instanceOf(type), example })),
    shape: fc.array(entry, { maxLength: 2 }).map((entries) => ({
      make: (pick) => pick().shape(objectOf(entries, pick)),
      example: exampleOf(entries),
    })),
  };
};

type Entries = readonly (readonly [PropertyKey, Recipe])[];
const objectOf = (entries: Entries, pick: () => Maker) =>
  Object.fromEntries(entries.map(([key, { make }]) => [key, make(pick)]));
const exampleOf = (entries: Entries) => Object.fromEntries(entries.map(([key, { example }]) => [key, example]));

/** The methods that all matchers have but those of `when`; those of arrays have only the last two. */
const common = (base: Arbitrary<Recipe>, sub: Arbitrary<Recipe>): Arbitrary<Recipe> =>
  fc.tuple(base, fc.constantFrom(...COMMON), sub, fc.option(selected)).map(([on, name, part, key]) => ({
    make(pick) {
      const made = on.make(pick);
      if (typeof made !== 'object' || made === null || typeof made[name] !== 'function') return made;
      if (name === 'select') return key === null ? made.select() : made.select(key);
      return name === 'optional' ? made.optional() : made[name](part.make(pick));
    },
    example: on.example,
  }));

const { pattern: patterns } = fc.letrec<{ pattern: Recipe }>((tie) => {
  const sub = tie('pattern');
  const entry = fc.tuple(keys, sub);
  const list = fc.array(sub, { maxLength: 3 });
  const members = fc.oneof(...Object.values(membersOver(sub, entry)));
  return {
    pattern: fc.oneof(
      { depthSize: 'small' },
      { weight: 4, arbitrary: literal },
      { weight: 8, arbitrary: members },
      { weight: 3, arbitrary: common(members, sub) },
      {
        weight: 6,
        arbitrary: fc
          .array(entry, { maxLength: 3 })
          .map((entries) => recipe((pick) => objectOf(entries, pick), exampleOf(entries))),
      },
      {
        weight: 1,
        arbitrary: list.map((parts) =>
          recipe(
            (pick) => parts.map(({ make }) => make(pick)),
            parts.map(({ example }) => example),
          ),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(list, sub, list).map(([first, middle, last]) =>
          recipe(
            (pick) => [
              ...first.map(({ make }) => make(pick)),
              ...pick().array(middle.make(pick)),
              ...last.map(({ make }) => make(pick)),
            ],
            [...first, middle, middle, ...last].map(({ example }) => example),
          ),
        ),
      },
    ),
  };
});

/** The value, and what becomes of it where something inside it is put in another's place or taken away. */
const nearly = (example: unknown): Arbitrary<unknown> =>
  fc.tuple(fc.nat(), leaves, fc.boolean()).map(([place, other, remove]) => {
    if (Array.isArray(example))
      return remove || example.length === 0 ? example.slice(1) : example.with(place % example.length, other);
    if (typeof example !== 'object' || example === null || example instanceof Date) return other;
    if (example instanceof Set) return new Set([...example, other]);
    if (example instanceof Map) return new Map([...example, [other, other]]);
    const own = Object.getOwnPropertyDescriptors(example) as { [key: PropertyKey]: PropertyDescriptor };
    const key = Reflect.ownKeys(own)[place % (Reflect.ownKeys(own).length || 1)] ?? 'a';
    if (remove) delete own[key];
    else own[key] = { value: other, enumerable: true };
    return Object.defineProperties({}, own);
  });

const outcome = (ask: () => unknown) => {
  try {
    return ask();
  } catch (error) {
    return `throws ${(error as Error).message}`;
  }
};

let compared = 0;
let matched = 0;
/** Holds one pattern, made with ts-pattern's own P, and made with `pick` and compiled, against the same values. */
function sameAnswers({ make }: Recipe, asked: readonly unknown[], pick: () => Maker): void {
  const theirs = isMatching(make(() => original));
  const compiled = compilePattern(make(pick));
  const handedOver = isMatching(make(pick));
  for (const value of asked) {
    const answer = outcome(() => theirs(value as never));
    expect(outcome(() => compiled(value))).toBe(answer);
    expect(outcome(() => handedOver(value as never))).toBe(answer);
    compared += 1;
    if (answer === true) matched += 1;
  }
}

const questions = patterns.chain((one) =>
  fc.tuple(fc.constant(one), fc.array(fc.oneof(values, nearly(one.example)), { minLength: 7, maxLength: 7 })),
);

describe("compiled patterns answer as ts-pattern's isMatching does", () => {
  test('made with our P', () => {
    fc.assert(
      fc.property(questions, ([one, others]) => {
        sameAnswers(one, [one.example, ...others], () => ours);
      }),
      { numRuns: 5_000 },
    );
    process.stdout.write(`${compared} questions were asked, and ${matched} answered with yes\n`);
    expect(compared).toBe(40_000);
    expect(matched / compared).toBeGreaterThan(0.2);
  }, 60_000);

  test("made with our P and with ts-pattern's, mixed", () => {
    fc.assert(
      fc.property(questions, fc.array(fc.boolean(), { minLength: 1 }), ([one, others], foreign) => {
        let turn = 0;
        sameAnswers(one, [one.example, ...others], () => (foreign[turn++ % foreign.length] ? original : ours));
      }),
      { numRuns: 2_500 },
    );
  }, 60_000);

  test.each(Object.entries(membersOver(literal, fc.tuple(keys, literal))))('P.%s', (_, recipes) => {
    const asked = fc.tuple(recipes, fc.array(values, { minLength: 5, maxLength: 5 }));
    fc.assert(fc.property(asked, ([one, others]) => sameAnswers(one, [one.example, ...others], () => ours)));
  });

  test("nothing of ts-pattern's P is left out", () => {
    const members = Object.keys(membersOver(literal, fc.tuple(keys, literal)));
    expect(members.sort()).toEqual(
      Object.keys(original)
        .filter((name) => name !== 'matcher')
        .sort(),
    );
    for (const [type, chain] of Object.entries(CHAINS)) {
      const methods = Object.keys(original[type as keyof typeof CHAINS]);
      expect([...Object.keys(chain), ...COMMON].sort()).toEqual(methods.sort());
    }
    expect(Object.keys(original.any)).toEqual(expect.arrayContaining(COMMON));
    expect(Object.keys(original.array())).toEqual(['optional', 'select']);
  });
});

describe('what a generator seldom finds', () => {
  const same = (make: (P: Maker) => unknown, asked: readonly unknown[]) =>
    sameAnswers({ make: (pick) => make(pick()), example: undefined }, asked, () => ours);

  test('NaN, -0, null and undefined are told apart as Object.is does', () => {
    const asked = [NaN, 0, -0, null, undefined, '', false, 'undefined', 'null'];
    for (const value of asked) {
      same(() => value, asked);
      same(() => ({ a: value }), [...asked.map((a) => ({ a })), {}]);
      same((P) => P.union('', value as never), asked);
      same((P) => P.not(value as never), asked);
    }
  });

  test('an absent key, one that is undefined, and one that is inherited', () => {
    const asked = [
      {},
      { a: undefined },
      { a: null },
      Object.create({ a: undefined }),
      Object.create({ a: 1 }),
      [],
      'a',
      () => {},
    ];
    const of = (make: (P: Maker) => unknown) => same((P) => ({ a: make(P) }), asked);
    of(() => undefined);
    of((P) => P.optional(undefined));
    of((P) => P.optional(1));
    of((P) => P.optional(P.optional(1)));
    of((P) => P.not(P.optional(1)));
    of((P) => P.not(1));
    of((P) => P.any);
    of((P) => P.nullish);
    of((P) => P.nullish.optional());
    of((P) => P.optional(1).select());
    of((P) => P.optional(1).or(2));
  });

  test('patterns that are dates, regular expressions or functions', () => {
    const fn = () => {};
    const asked = [new Date(0), new Date(1), /a/, /b/g, fn, () => {}, {}, 'a', null];
    for (const pattern of [new Date(0), /a/, fn, new Map([[1, 2]]), new Set([1])]) same(() => pattern, asked);
  });

  test('a matcher of somebody else, as ts-pattern lets one be made', () => {
    const even = {
      [original.matcher]: () => ({
        match: (value: unknown) => ({ matched: Number(value) % 2 === 0, selections: {} }),
      }),
    };
    const asFunction = Object.assign(() => {}, even);
    same(() => even, [1, 2, '2', 'x']);
    same(() => asFunction, [1, 2, '2', 'x', asFunction]);
    same((P) => ({ a: P.union('x', even) }), [{ a: 2 }, { a: 1 }, { a: 'x' }, {}]);
  });

  test('two variadic parts, which ts-pattern refuses when it is asked', () => {
    same((P) => [...P.array(1), ...P.array(2)], [[], [1, 2], 'x']);
  });

  test('20,000 alternatives', () => {
    const ids = Array.from({ length: 20_000 }, (_, id) => id);
    const asked = [0, 19_999, 20_000, -1, '0', 'user-1', 'user-20000'];
    same((P) => (P.union as any)(...ids), asked);
    same((P) => (P.union as any)(...ids.map((id) => `user-${id}`)), asked);
  });

  test('a selection within alternatives', () => {
    same(
      (P) => P.union({ a: P.select('one') }, { b: P.select('one', P.string) }),
      [{ a: 1 }, { b: 'x' }, { b: 1 }, {}],
    );
  });
});
