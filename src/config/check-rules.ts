import type { Facts } from '../context';
import { Outcome } from '../decide';
import { show, unknownName } from '../errors';
import type { Flag } from '../flag';
import { all, any, compileFacts } from '../patterns/compile-pattern';
import { P } from '../patterns/p';
import { isSegment } from '../patterns/segment';
import { listed } from '../patterns/why-not';
import { seedsOf } from '../rules/bucket';
import type { Ramp } from '../rules/ramp';
import type { CompiledRule, Pattern, Rule, Segment } from '../rules/rule';
import type { Subject } from '../rules/subject';
import type { Complain, IsVariant } from './check-flags';
import { parseInstant } from './instant';

interface Where {
  readonly salt: string;
  readonly unit: string;
  readonly variants: readonly string[];
  readonly isVariant: IsVariant;
  readonly complain: Complain;
  /** Whether guardrails watch the flag: its ramps then advance only while they are quiet. */
  readonly watched: boolean;
}

// prettier-ignore
const FIELDS: readonly string[] = [
  'name', 'when', 'except', 'rollout', 'salt', 'unit', 'serve', 'split',
] satisfies readonly (keyof Rule)[];
const FACTS: readonly string[] = ['user', 'groups', 'app'] satisfies readonly (keyof Facts)[];

/** Checks a flag's rules and makes them ready for deciding. */
export function compileRules(rules: unknown, where: Where): readonly CompiledRule[] {
  const { complain } = where;
  const names = new Set<string>();
  if (!Array.isArray(rules)) {
    complain('rule-invalid', 'rules', `${show(rules)} is no list; write [{ name: 'everybody', serve: 'ON' }]`);
    return [];
  }
  return rules.flatMap((rule: Rule, index) => {
    if (typeof rule !== 'object' || rule === null) {
      complain('rule-invalid', `rules[${index}]`, `${show(rule)} is no rule; write { name: 'everybody', serve: 'ON' }`);
      return [];
    }
    const { name } = rule;
    const named = typeof name === 'string' && name !== '';
    if (!named)
      complain('rule-invalid', `rules[${index}]`, 'give the rule a name; live state and bucketing hang on it');
    else if (names.has(name))
      complain('rule-duplicate', `rules[${index}]`, `two rules are named ${show(name)}; rename one`);
    names.add(name);
    return [compileRule(rule, named ? `rules[${show(name)}]` : `rules[${index}]`, where)];
  });
}

function compileRule(rule: Rule, field: string, where: Where): CompiledRule {
  const { salt, unit, isVariant, complain } = where;
  const { name, serve, split } = rule;
  const rollout = where.watched ? guardedIfRamp(rule.rollout) : rule.rollout;
  for (const key of Object.keys(rule).filter((one) => !FIELDS.includes(one)))
    complain('rule-invalid', field, `${unknownName('field', key, FIELDS)}; a rule has ${FIELDS.join(', ')}`);
  if ((serve === undefined) === (split === undefined))
    complain('rule-invalid', field, 'a rule has either serve or split; keep one of them');
  if (serve !== undefined) isVariant(serve, `${field}.serve`);
  if (rollout !== undefined) checkRollout(rollout, `${field}.rollout`, complain);
  checkName(rule.salt, `${field}.salt`, complain);
  checkName(rule.unit, `${field}.unit`, complain);
  const ruleSalt = rule.salt ?? name;
  return {
    name,
    definition: rule,
    matches: compileCondition(rule, field, complain),
    unit: rule.unit ?? unit,
    rollout,
    seeds: seedsOf(salt, ruleSalt, 'rollout'),
    serve,
    outcome:
      serve === undefined ? undefined : new Outcome(where, serve, rollout === undefined ? 'rule' : 'split', name),
    arms: split === undefined ? [] : compileArms(split, rule, `${field}.split`, where),
  };
}

function guardedIfRamp<R extends Rule['rollout']>(rollout: R): R {
  return typeof rollout === 'object' && rollout !== null ? { ...rollout, guarded: true } : rollout;
}

/** Checks a salt or a unit. */
export function checkName(name: unknown, field: string, complain: Complain): void {
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    complain('field-invalid', field, `${show(name)} is no name; write a string`);
}

function compileCondition({ when, except }: Rule, field: string, complain: Complain): (subject: Subject) => boolean {
  const wanted = listed(when).map((part) => compilePart(part, `${field}.when`, complain));
  const excepted = listed(except).map((part) => compilePart(part, `${field}.except`, complain));
  const isWanted = all(wanted);
  if (excepted.length === 0) return isWanted;
  const isExcepted = any(excepted);
  return (subject) => isWanted(subject) && !isExcepted(subject);
}

function compilePart(part: Pattern | Segment, field: string, complain: Complain): (subject: Subject) => boolean {
  const pattern: unknown = isSegment(part) ? part.pattern : part;
  if (isSegment(part) && pattern === undefined) return part.has;
  const fix = "write one over user, groups and app, such as { user: { plan: 'growth' } }";
  if (typeof pattern === 'function')
    complain('rule-invalid', field, "a function is no pattern; name it: segment('big spenders', (facts) => …)");
  else if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern))
    complain('rule-invalid', field, `${show(pattern)} is no pattern; ${fix}`);
  else {
    // A misspelt fact would match nobody, and except nobody either.
    const unknown = P.matcher in pattern ? [] : Object.keys(pattern).filter((key) => !FACTS.includes(key));
    for (const key of unknown) complain('rule-invalid', field, `${unknownName('fact', key, FACTS)}; ${fix}`);
    return isSegment(part) ? part.has : compileFacts(pattern);
  }
  return () => false;
}

type Split = NonNullable<Rule['split']>;

function compileArms(split: Split, rule: Rule, field: string, where: Where): CompiledRule['arms'] {
  const { isVariant, complain } = where;
  if (typeof split !== 'object' || split === null) {
    complain('split-invalid', field, `${show(split)} is no split; write { CONTROL: 50, NEW: 50 }`);
    return [];
  }
  const entries = Object.entries<number | undefined>(split).map(([variant, weight = 0]) => ({ variant, weight }));
  for (const { variant, weight } of entries) {
    isVariant(variant, field);
    if (!isPercent(weight)) complain('percent-invalid', field, `${variant} has ${show(weight)} %; write 0 to 100`);
  }
  const sum = entries.reduce((total, { weight }) => total + Number(weight), 0);
  // Thirds written as 33.3 + 33.3 + 33.4 add up to 100 only nearly; 99.99 is a mistake.
  if (Math.abs(sum - 100) > 1e-6)
    complain('split-invalid', field, `the weights add up to ${Number(sum.toFixed(6))}; make them 100`);
  // An arm of that name would be drawn with the very number that lets its units into the rollout.
  if (rule.rollout !== undefined && 'rollout' in split)
    complain('split-invalid', field, "a rule with a rollout has no arm named 'rollout'; split in a rule of its own");
  return entries
    .filter(({ weight }) => weight > 0)
    .map((arm) => ({
      ...arm,
      ...seedsOf(where.salt, rule.salt ?? rule.name, arm.variant),
      outcome: new Outcome(where, arm.variant, 'split', rule.name),
    }));
}

/** Checks a percentage or a ramp. */
export function checkRollout(rollout: number | Ramp, field: string, complain: Complain): void {
  if (typeof rollout === 'object' && Array.isArray((rollout as Ramp | null)?.steps))
    return checkRamp(rollout, field, complain);
  if (!isPercent(rollout))
    complain('percent-invalid', field, `${show(rollout)} is no percentage; write 0 to 100, or ${RAMP}`);
}

const RAMP = "ramp('2026-12-01', { day1: 5, day3: 25 })";

function checkRamp({ start, steps }: Ramp, field: string, complain: Complain): void {
  const wrong = (message: string) => complain('ramp-invalid', field, message);
  for (const { percent } of steps)
    if (!isPercent(percent)) complain('percent-invalid', field, `${show(percent)} is no percentage; write 0 to 100`);
  if (Number.isNaN(parseInstant(start)))
    return wrong(`its start ${show(start)} is no date; write 2026-12-01 or 2026-12-01T09:00Z`);
  if (steps.length === 0) return wrong(`it has no step; write ${RAMP}`);
  for (const [index, { at, percent }] of steps.entries()) {
    const before = steps[index - 1];
    if (Number.isNaN(at))
      return wrong(
        `when does the step to ${percent} % begin? Write days as day1, day2 …, durations as '90m', '36h', '2d'`,
      );
    if (at === Infinity)
      return wrong(
        `the step to ${percent} % never begins; say how long the one before holds: [${before?.percent}, '2d']`,
      );
    if (before && at <= before.at)
      return wrong(`the step to ${percent} % begins before that to ${before.percent} % ends; put them in order`);
    if (before && percent < before.percent)
      return wrong(`${percent} % comes after ${before.percent} %; a ramp only grows, and live control takes it back`);
  }
}

function isPercent(percent: unknown): boolean {
  return typeof percent === 'number' && percent >= 0 && percent <= 100;
}

/** Checks the rollouts that a getVariant asks for by name, and makes them ready. */
export function compileRollouts(
  rollouts: object,
  rules: readonly CompiledRule[],
  { salt, watched, complain }: Pick<Where, 'salt' | 'watched' | 'complain'>,
): Flag['rollouts'] {
  const compiled = new Map<string, { percent: number | Ramp; seeds: ReturnType<typeof seedsOf> }>();
  for (const [name, percent] of Object.entries(rollouts) as [string, number | Ramp][]) {
    const field = `rollouts[${show(name)}]`;
    checkRollout(percent, field, complain);
    // Live control and bucketing would take the two for one.
    if (rules.some((rule) => rule.name === name)) complain('rule-duplicate', field, 'a rule has that name; rename one');
    compiled.set(name, { percent: watched ? guardedIfRamp(percent) : percent, seeds: seedsOf(salt, name, 'rollout') });
  }
  return compiled;
}
