import { show } from '../errors';
import type { Flag } from '../flag';
import { all, any, compileFacts } from '../patterns/compile-pattern';
import { isSegment } from '../patterns/segment';
import { listed } from '../patterns/words';
import { seedsOf, type Arm } from '../rules/bucket';
import type { Ramp } from '../rules/ramp';
import type { CompiledRule, Pattern, Rule, Segment } from '../rules/rule';
import type { Subject } from '../rules/subject';
import type { Complain, IsVariant } from './check-flags';

interface Where {
  readonly salt: string;
  readonly unit: string;
  readonly isVariant: IsVariant;
  readonly complain: Complain;
}

/** Checks a flag's rules and makes them ready for deciding. */
export function compileRules(rules: readonly Rule[], where: Where): readonly CompiledRule[] {
  const names = new Set<string>();
  return rules.map((rule, index) => {
    const { name } = rule;
    if (typeof name !== 'string' || name === '')
      where.complain('rule-invalid', `rules[${index}]`, 'give the rule a name; live state and bucketing hang on it');
    else if (names.has(name))
      where.complain('rule-duplicate', `rules[${index}]`, `two rules are named ${show(name)}; rename one`);
    names.add(name);
    return compileRule(rule, `rules[${show(name)}]`, where);
  });
}

function compileRule(rule: Rule, field: string, { salt, unit, isVariant, complain }: Where): CompiledRule {
  const { name, serve, split, rollout } = rule;
  if ((serve === undefined) === (split === undefined))
    complain('rule-invalid', field, 'a rule has either serve or split; keep one of them');
  if (serve !== undefined) isVariant(serve, `${field}.serve`);
  if (rollout !== undefined) checkRollout(rollout, `${field}.rollout`, complain);
  const ruleSalt = rule.salt ?? name;
  return {
    name,
    definition: rule,
    matches: compileCondition(rule),
    unit: rule.unit ?? unit,
    rollout,
    seeds: seedsOf(salt, ruleSalt, 'rollout'),
    serve,
    arms: split ? compileArms(split, [salt, ruleSalt], `${field}.split`, isVariant, complain) : [],
  };
}

function compileCondition({ when, except }: Rule): (subject: Subject) => boolean {
  const test = (part: Pattern | Segment) => (isSegment(part) ? part.has : compileFacts(part));
  const wanted = listed(when).map(test);
  const excepted = listed(except).map(test);
  const isWanted = all(wanted);
  if (excepted.length === 0) return isWanted;
  const isExcepted = any(excepted);
  return (subject) => isWanted(subject) && !isExcepted(subject);
}

type Split = NonNullable<Rule['split']>;

function compileArms(
  split: Split,
  salt: string[],
  field: string,
  isVariant: IsVariant,
  complain: Complain,
): readonly Arm[] {
  const entries = Object.entries<number | undefined>(split).map(([variant, weight]) => ({
    variant,
    weight: weight ?? 0,
  }));
  for (const { variant, weight } of entries) {
    isVariant(variant, field);
    if (!(weight >= 0 && weight <= 100))
      complain('percent-invalid', field, `${variant} has ${show(weight)} %; write 0 to 100`);
  }
  const sum = entries.reduce((total, { weight }) => total + weight, 0);
  // Thirds written as 33.3 + 33.3 + 33.4 add up to 100 only nearly; 99.99 is a mistake.
  if (Math.abs(sum - 100) > 1e-6) complain('split-invalid', field, `the weights add up to ${sum}; make them 100`);
  return entries.filter(({ weight }) => weight > 0).map((arm) => ({ ...arm, ...seedsOf(...salt, arm.variant) }));
}

/** Checks a percentage or a ramp. */
export function checkRollout(rollout: number | Ramp, field: string, complain: Complain): void {
  if (typeof rollout !== 'object') return checkPercent(rollout, field, complain);
  const { steps } = rollout;
  if (steps.length === 0) complain('ramp-invalid', field, 'a ramp has at least one step: { day1: 5, day3: 25 }');
  for (const { percent } of steps) checkPercent(percent, field, complain);
  if (steps.some(({ at }) => Number.isNaN(at)))
    complain(
      'ramp-invalid',
      field,
      "its start or a step is no time; write ramp('2026-12-01', { day1: 5, day3: 25 }), or [[5, '2d'], [25]]",
    );
  if (
    steps.some(
      ({ percent, at }, index) => index > 0 && (percent < steps[index - 1]!.percent || at <= steps[index - 1]!.at),
    )
  )
    complain('ramp-invalid', field, 'a ramp only grows; put its steps in order, each with a larger percentage');
}

function checkPercent(percent: unknown, field: string, complain: Complain): void {
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100))
    complain('percent-invalid', field, `${show(percent)} is no percentage; write 0 to 100`);
}

/** Checks the rollouts that a getVariant asks for by name, and makes them ready. */
export function compileRollouts(rollouts: object, salt: string, complain: Complain): Flag['rollouts'] {
  const compiled = new Map<string, { percent: number | Ramp; seeds: ReturnType<typeof seedsOf> }>();
  for (const [name, percent] of Object.entries(rollouts) as [string, number | Ramp][]) {
    checkRollout(percent, `rollouts[${show(name)}]`, complain);
    compiled.set(name, { percent, seeds: seedsOf(salt, name, 'rollout') });
  }
  return compiled;
}
