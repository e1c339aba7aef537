import { P, ramp, segment, type Problem } from 'gatekeeper-flags';
import { toggle } from '../support/config';
import { placesOf, problemsOf as problemsOfConfig } from '../support/problems';

/** What defineConfig says of a flag with these members. */
const problemsOf = (members: object, options: object = {}) =>
  problemsOfConfig({ ...options, flags: { FLAG: toggle(members) } });

const rule = (members: object) => ({ rules: [{ name: 'r', ...members }] });
const serving = (members: object) => rule({ serve: 'ON', ...members });
const rolling = (rollout: unknown) => serving({ rollout });

test.each<[string, object, Problem['code'], string]>([
  ['negative', rolling(-1), 'percent-invalid', 'FLAG.rules["r"].rollout: -1 is no percentage; write 0 to 100'],
  [
    'over 100',
    rolling(100.001),
    'percent-invalid',
    'FLAG.rules["r"].rollout: 100.001 is no percentage; write 0 to 100',
  ],
  ['NaN', rolling(NaN), 'percent-invalid', 'FLAG.rules["r"].rollout: NaN is no percentage; write 0 to 100'],
  ['Infinity', rolling(Infinity), 'percent-invalid', 'Infinity is no percentage'],
  ['a string', rolling('25'), 'percent-invalid', '"25" is no percentage'],
  ['null', rolling(null), 'percent-invalid', 'null is no percentage'],
  ['a bigint', rolling(25n), 'percent-invalid', '25n is no percentage'],
  [
    'days without a ramp',
    rolling({ day1: 5 }),
    'percent-invalid',
    "{ day1: 5 } is no percentage; write 0 to 100, or ramp('",
  ],
  [
    'a named rollout',
    { rollouts: { 'sign up': -1 } },
    'percent-invalid',
    'FLAG.rollouts["sign up"]: -1 is no percentage',
  ],
])('a percentage that is none: %s', (_, members, code, message) => {
  expect(problemsOf(members)).toEqual([
    { code, flag: 'FLAG', field: expect.any(String), message: expect.stringContaining(message) },
  ]);
});

describe('splits', () => {
  const split = (weights: unknown) =>
    problemsOf({ ...rule({ split: weights }), variants: { A: 'A', B: 'B', C: 'C', ON: 'ON', OFF: 'OFF' } });

  test.each([
    [{ A: 50, B: 50 }],
    [{ A: 100 }],
    [{ A: 0, B: 100 }],
    [{ A: 33.3, B: 33.3, C: 33.4 }],
    [{ A: 33.33, B: 33.33, C: 33.34 }],
    [{ A: 0.1, B: 0.2, C: 99.7 }],
    [{ A: 100 / 3, B: 100 / 3, C: 100 / 3 }],
    [{ A: 14.3, B: 28.6, C: 57.1 }],
    [{ A: 0.1, B: 66.6, C: 33.3 }], // adds up to 99.99999999999999
    [{ A: 50, B: 50, C: undefined }],
  ])('%j is one', (weights) => {
    expect(split(weights)).toEqual([]);
  });

  test.each([
    [{ A: 50, B: 49 }, 99],
    [{ A: 99.99 }, 99.99],
    [{ A: 33.3, B: 33.3, C: 33.3 }, 99.9],
    [{ A: 50, B: 51 }, 101],
    [{ A: 0.5, B: 0.5 }, 1],
    [{}, 0],
  ])('%j does not add up to 100', (weights, sum) => {
    const message = `FLAG.rules["r"].split: the weights add up to ${sum}; make them 100`;
    expect(split(weights)).toEqual([{ code: 'split-invalid', flag: 'FLAG', field: 'rules["r"].split', message }]);
  });

  test.each<[string, unknown, string]>([
    ['a negative weight', { A: -10, B: 10, C: 100 }, 'A has -10 %; write 0 to 100'],
    ['NaN', { A: NaN, B: 100 }, 'A has NaN %; write 0 to 100'],
    ['a string', { A: '50', B: 50 }, 'A has "50" %; write 0 to 100'],
  ])('%s is refused', (_, weights, message) => {
    expect(split(weights).map((problem) => problem.message)).toContain(`FLAG.rules["r"].split: ${message}`);
  });

  test('of an unknown variant', () => {
    expect(split({ A: 50, D: 50 })).toEqual([
      {
        code: 'variant-unknown',
        flag: 'FLAG',
        field: 'rules["r"].split',
        message: expect.stringContaining('no variant named "D"'),
      },
    ]);
  });

  test.each([null, 50, 'A'])('%j is no split', (weights) => {
    expect(split(weights)).toMatchObject([
      { code: 'split-invalid', message: expect.stringContaining('is no split; write { CONTROL: 50') },
    ]);
  });
});

test.each<[string, object, string, string]>([
  [
    'neither serve nor split',
    rule({}),
    'rule-invalid',
    'FLAG.rules["r"]: a rule has either serve or split; keep one of them',
  ],
  [
    'both',
    rule({ serve: 'ON', split: { ON: 100 } }),
    'rule-invalid',
    'FLAG.rules["r"]: a rule has either serve or split',
  ],
  [
    'an unknown variant',
    rule({ serve: 'ONN' }),
    'variant-unknown',
    'FLAG.rules["r"].serve: no variant named "ONN"; did you mean "ON"?',
  ],
  ['no name', { rules: [{ serve: 'ON' }] }, 'rule-invalid', 'FLAG.rules[0]: give the rule a name'],
  ['an empty name', { rules: [{ name: '', serve: 'ON' }] }, 'rule-invalid', 'FLAG.rules[0]: give the rule a name'],
  ['a number for a name', { rules: [{ name: 1, serve: 'ON' }] }, 'rule-invalid', 'FLAG.rules[0]: give the rule a name'],
  [
    'a name twice',
    {
      rules: [
        { name: 'r', serve: 'ON' },
        { name: 'r', serve: 'OFF' },
      ],
    },
    'rule-duplicate',
    'FLAG.rules[1]: two rules are named "r"; rename one',
  ],
  [
    'a name that a rollout has',
    { ...serving({}), rollouts: { r: 5 } },
    'rule-duplicate',
    'FLAG.rollouts["r"]: a rule has that name; rename one',
  ],
  [
    'a misspelt field',
    serving({ rolout: 5 }),
    'rule-invalid',
    'FLAG.rules["r"]: no field named "rolout"; did you mean "rollout"?',
  ],
  [
    'a salt that is no string',
    serving({ salt: 5 }),
    'field-invalid',
    'FLAG.rules["r"].salt: 5 is no name; write a string',
  ],
  ['an empty unit', serving({ unit: '' }), 'field-invalid', 'FLAG.rules["r"].unit: "" is no name; write a string'],
  ["the flag's salt", { salt: '' }, 'field-invalid', 'FLAG.salt: "" is no name; write a string'],
  ["the flag's unit", { unit: 5 }, 'field-invalid', 'FLAG.unit: 5 is no name; write a string'],
  ['rules that are no list', { rules: { name: 'r', serve: 'ON' } }, 'rule-invalid', 'is no list; write ['],
  ['a rule that is none', { rules: [null] }, 'rule-invalid', 'FLAG.rules[0]: null is no rule; write {'],
  [
    'a fact that there is not',
    serving({ when: { plan: 'growth' } }),
    'rule-invalid',
    'FLAG.rules["r"].when: no fact named "plan"; write one over user, groups and app',
  ],
  [
    'a misspelt fact',
    serving({ except: [{ usr: { plan: 'free' } }] }),
    'rule-invalid',
    'FLAG.rules["r"].except: no fact named "usr"; did you mean "user"?',
  ],
  [
    'a misspelt fact in a segment',
    serving({ when: segment('misspelt', { group: {} } as never) }),
    'rule-invalid',
    'FLAG.rules["r"].when: no fact named "group"; did you mean "groups"?',
  ],
  [
    'a condition that is null',
    serving({ when: null }),
    'rule-invalid',
    'FLAG.rules["r"].when: null is no pattern; write one over user, groups and app',
  ],
  [
    'a condition that is a name',
    serving({ except: 'staff' }),
    'rule-invalid',
    'FLAG.rules["r"].except: "staff" is no pattern',
  ],
  [
    'a condition that is a function',
    serving({ when: () => true }),
    'rule-invalid',
    'FLAG.rules["r"].when: a function is no pattern; name it: segment(\'',
  ],
  ['a list in a list', serving({ when: [[{ user: {} }]] }), 'rule-invalid', 'is no pattern'],
])('a rule with %s', (_, members, code, message) => {
  expect(problemsOf(members)).toEqual([
    { code, flag: 'FLAG', field: expect.any(String), message: expect.stringContaining(message) },
  ]);
});

describe('ramps', () => {
  test.each<[string, unknown, string]>([
    ['falls', ramp('2026-12-01', { day1: 50, day3: 25 }), '25 % comes after 50 %; a ramp only grows'],
    [
      'has days out of order',
      ramp('2026-12-01', { day3: 5, day1: 6 }),
      'the step to 6 % begins before that to 5 % ends; put them in order',
    ],
    [
      'has a duration of nothing',
      ramp('2026-12-01', [[5, 0], [25]]),
      'the step to 25 % begins before that to 5 % ends',
    ],
    [
      'has a negative duration',
      ramp('2026-12-01', [[5, -1000], [25]]),
      'the step to 25 % begins before that to 5 % ends',
    ],
    [
      'has a step without a duration',
      ramp('2026-12-01', [[5], [25]]),
      "the step to 25 % never begins; say how long the one before holds: [5, '2d']",
    ],
    ['has an endless step', ramp('2026-12-01', [[5, Infinity], [25]]), 'the step to 25 % never begins'],
    ['has no step', ramp('2026-12-01', {}), 'it has no step; write ramp('],
    ['has an empty list of steps', ramp('2026-12-01', []), 'it has no step; write ramp('],
    ['starts on no day', ramp('2026-02-30', { day1: 5 }), 'its start "2026-02-30" is no date; write 2026-12-01'],
    ['starts sometime', ramp('soon', { day1: 5 }), 'its start "soon" is no date'],
    ['starts on an American day', ramp('12/01/2026', { day1: 5 }), 'its start "12/01/2026" is no date'],
    ['starts on an invalid date', ramp(new Date(NaN), { day1: 5 }), 'its start Invalid Date is no date'],
    ['starts at null', ramp(null as never, [[5]]), 'its start null is no date'],
    ['has a day 0', ramp('2026-12-01', { day0: 5 }), 'when does the step to 5 % begin? Write days as day1'],
    ['has half a day', ramp('2026-12-01', { 'day1.5': 5 }), 'when does the step to 5 % begin?'],
    ['has a week', ramp('2026-12-01', { week1: 5 } as never), 'when does the step to 5 % begin?'],
    [
      'has a duration in months',
      ramp('2026-12-01', [[5, '1y' as never], [25]]),
      "when does the step to 25 % begin? Write days as day1, day2 …, durations as '90m', '36h', '2d'",
    ],
  ])('one that %s', (_, rollout, message) => {
    expect(problemsOf(rolling(rollout))).toEqual([
      {
        code: 'ramp-invalid',
        flag: 'FLAG',
        field: 'rules["r"].rollout',
        message: expect.stringContaining(`FLAG.rules["r"].rollout: ${message}`),
      },
    ]);
    expect(problemsOf({ rollouts: { own: rollout } })).toMatchObject([
      { code: 'ramp-invalid', field: 'rollouts["own"]' },
    ]);
  });

  test('one with percentages that are none', () => {
    expect(problemsOf(rolling(ramp('2026-12-01', { day1: -5, day2: 120, day3: NaN })))).toMatchObject(
      ['-5', '120', 'NaN'].map((percent) => ({
        code: 'percent-invalid',
        message: expect.stringContaining(`${percent} is no percentage`),
      })),
    );
  });

  test('ones that are right', () => {
    for (const right of [
      ramp('2026-12-01', { day1: 0, day2: 0, day30: 100 }),
      ramp(new Date(0), [[100]]),
      ramp(
        '2026-12-01T09:00+01:00',
        [
          [0.001, '1m'],
          [1, 5],
          [2, '0.5w'],
          [2, '1h'],
        ],
        { guarded: true },
      ),
    ])
      expect(problemsOf(rolling(right))).toEqual([]);
  });
});

describe('sticky', () => {
  const secret = { secret: 'x'.repeat(32), environment: 'test' };
  const right = { sticky: true, unit: 'either', ...serving({ rollout: 50 }) };
  const needs =
    "FLAG.sticky: it needs rules, no getVariant, and unit = 'either' (unit 'visitor' keeps its variant anyway)";

  test('is right with rules, unit either and a secret', () => {
    expect(problemsOf(right, secret)).toEqual([]);
  });

  test.each([
    ['another unit', { ...right, unit: 'visitor' }],
    ['no unit', { ...right, unit: undefined }],
    ['no rules', { ...right, rules: undefined }],
    ['a getVariant', { ...right, getVariant: () => 'ON' }],
  ])('is refused with %s', (_, members) => {
    expect(problemsOf(members, secret)).toEqual([
      { code: 'field-invalid', flag: 'FLAG', field: 'sticky', message: needs },
    ]);
  });

  test('is refused without a secret', () => {
    expect(problemsOf(right)).toMatchObject([
      { code: 'secret-invalid', flag: 'FLAG', message: expect.stringContaining('secret') },
    ]);
  });
});

test('all mistakes of all flags are told at once', () => {
  const flags = {
    ONE: toggle({
      rules: [
        { name: 'a', rollout: -1, serve: 'ON' },
        { name: 'a', split: { ON: 50, OFF: 49 } },
        { name: 'b', when: { plan: P.string } as never, rollout: ramp('x', { day1: 5 }), serve: 'NO' as never },
      ],
    }),
    OTHER: toggle({ rollouts: { r: 101 }, rules: [{ name: 'c' } as never] }),
  };
  expect(placesOf(problemsOfConfig({ flags }))).toEqual([
    'percent-invalid ONE rules["a"].rollout',
    'rule-duplicate ONE rules[1]',
    'split-invalid ONE rules["a"].split',
    'variant-unknown ONE rules["b"].serve',
    'ramp-invalid ONE rules["b"].rollout',
    'rule-invalid ONE rules["b"].when',
    'rule-invalid OTHER rules["c"]',
    'percent-invalid OTHER rollouts["r"]',
  ]);
});
