import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { engineOf, toggle } from '../support/config';
import { debianProgram } from '../support/debian-program';
import bucketing from './golden/bucketing.json';

const python = debianProgram(['python3'], 'python3');

interface Salted {
  readonly salt: string;
  readonly rule: string;
  readonly arms: { readonly [variant: string]: number };
}

function recomputed(args: readonly string[], input = '') {
  const script = join(__dirname, 'golden', 'recompute.py');
  return JSON.parse(execFileSync(python, [script, ...args], { input, encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

/** Where a user falls in a rule of a flag named `salt` (0 to 1), and the arm they get. */
function bucketer({ salt, rule, arms }: Salted) {
  const variants = Object.fromEntries(Object.keys(arms).map((arm) => [arm, arm]));
  const off = Object.keys(arms)[0]!;
  const flag = Object.assign(toggle(), { variants, off, rules: [{ name: rule, rollout: 100, split: arms }] });
  const engine = engineOf({ [salt]: flag });
  return (id: string | number) => {
    const { variant, steps } = engine.for({ user: { id } }).explain(salt);
    return { rollout: steps.at(-1)!.bucket! / 100, arm: variant as string };
  };
}

const salts: readonly Salted[] = bucketing.salts as never;

describe('the golden file', () => {
  test.each(salts.map((salted, at) => [salted.salt, salted.rule, salted, at] as const))('%s, rule %s', (...given) => {
    const [, , salted, at] = given;
    const bucket = bucketer(salted);
    expect(bucketing.units.map(({ id }) => ({ id, ...bucket(id) }))).toEqual(
      bucketing.units.map(({ id, rollout, arm }) => ({ id, rollout: rollout[at], arm: arm[at] })),
    );
  });

  test('is what Python makes of the formula', () => {
    expect(recomputed(['golden'])).toEqual(bucketing);
  });

  test('a number is bucketed as the string that says it', () => {
    const bucket = bucketer(salts[0]!);
    for (const id of [1, 42, -1, 1.5, 1e21]) expect(bucket(id)).toEqual(bucket(String(id)));
  });
});

test('Python puts fresh ids, salts and splits where this library puts them', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  const ids = [
    ...Array.from({ length: 500 }, () => randomUUID() as string),
    ...Array.from({ length: 500 }, () => String(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER))),
    ...fc.sample(fc.emailAddress(), 500),
    ...fc.sample(text, 500),
  ];
  const weights = fc.sample(fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 5 }), 10);
  const fresh = weights.map((parts, index): Salted => {
    const [salt, rule, ...names] = fc.sample(fc.uniqueArray(text, { minLength: 8, maxLength: 8 }), 1)[0]!;
    const arms = [...parts, 100].map((weight, arm) => {
      const before = parts.slice(0, arm).reduce((sum, one) => sum + one, 0);
      return [names[arm]!, Math.min(weight, Math.max(0, 100 - before))] as const;
    });
    return { salt: salt! + index, rule: rule!, arms: Object.fromEntries(arms) };
  });
  const cases = ids.map((id, index) => ({ id, ...fresh[index % fresh.length]! }));
  const buckets = fresh.map(bucketer);
  const ours = cases.map(({ id }, index) => ({ id, ...buckets[index % fresh.length]!(id) }));
  const theirs = recomputed([], JSON.stringify(cases)) as { rollout: number; arm: string }[];
  expect(ours).toEqual(theirs.map(({ rollout, arm }, index) => ({ id: ids[index], rollout, arm })));
});
