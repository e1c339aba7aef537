import { experimentSize, isNotComputable, type SizeAnswer, type SizeQuestion } from 'gatekeeper-flags/experiments';

function size(question: SizeQuestion): SizeAnswer {
  const answer = experimentSize(question);
  if (isNotComputable(answer)) throw new Error(answer.notComputable);
  return answer;
}

test('a conversion: as R has it', () => {
  // power.prop.test(p1 = 0.1, p2 = 0.11, power = 0.8): n = 14750.79
  expect(size({ baseline: 0.1, effect: 0.1 })).toMatchObject({ control: 14_751, treatment: 14_751, total: 29_502 });
});

test('a mean: by the normal approximation', () => {
  // 2 (1.959964 + 0.8416212)² × 44² / 0.945²
  expect(size({ baseline: 31.5, sd: 44, effect: 0.03 }).control).toBe(34_032);
});

test('how long it takes, in whole weeks, and what each week finds', () => {
  const { time, weekly } = size({ baseline: 0.1, effect: 0.1, perDay: 600 });
  expect(time).toEqual({ days: 56, weeks: 8 });
  expect(weekly.map(({ weeks }) => weeks)).toEqual([1, 2, 3, 4, 6, 8, 12]);
  const found = weekly.map(({ effect }) => effect as number);
  expect(found).toEqual([...found].sort((a, b) => b - a));
  const at = weekly.findIndex(({ weeks }) => weeks === 8);
  expect(found[at]!).toBeLessThan(0.1);
  expect(found[at - 1]!).toBeGreaterThan(0.1);
});

test('several treatments share the level, and the control takes what they leave', () => {
  const [one, two] = [size({ baseline: 0.1, effect: 0.1 }), size({ baseline: 0.1, effect: 0.1, treatments: 2 })];
  expect(two.treatment).toBeGreaterThan(one.treatment);
  expect(two.total).toBe(two.control + 2 * two.treatment);
  const { control, treatment } = size({ baseline: 0.1, effect: 0.1, treatments: 2, share: 0.25 });
  expect(control / treatment).toBeCloseTo(2, 2);
});

test.each<[string, SizeQuestion]>([
  ['baseline', { baseline: 0, effect: 0.1 }],
  ['baseline', { baseline: NaN, effect: 0.1 }],
  ['baseline with the effect', { baseline: 0.6, effect: 0.8 }],
  ['effect', { baseline: 0.1, effect: 0 }],
  ['effect', { baseline: 0.1, effect: -0.1 }],
  ['sd', { baseline: 10, effect: 0.1, sd: 0 }],
  ['treatments', { baseline: 0.1, effect: 0.1, treatments: 0 }],
  ['treatments', { baseline: 0.1, effect: 0.1, treatments: 1.5 }],
  ['share of the control', { baseline: 0.1, effect: 0.1, treatments: 2, share: 0.5 }],
  ['perDay', { baseline: 0.1, effect: 0.1, perDay: -1 }],
  ['alpha', { baseline: 0.1, effect: 0.1, alpha: 0 }],
  ['power', { baseline: 0.1, effect: 0.1, power: 1 }],
])('%s: what cannot be is refused', (field, question) => {
  expect(() => experimentSize(question)).toThrow(expect.objectContaining({ code: 'field-invalid' }));
  expect(() => experimentSize(question)).toThrow(new RegExp(`^${field} must be`));
});
