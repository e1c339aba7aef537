import type { Flag } from '../flag';
import type { LiveFlag, LiveRollout } from '../live-state';
import { isSegment } from '../patterns/segment';
import { listed } from '../patterns/why-not';
import { inWords } from '../patterns/words';
import { percentOf, type Ramp } from '../rules/ramp';
import type { Rule } from '../rules/rule';
import { replacedBy } from './explain';

/** A rule for people to read. */
export interface RuleInWords {
  readonly name: string;
  /** Whom it is for: `user.plan is "growth"`; empty where that is everybody. */
  readonly who: string;
  /** Variant → percent of those it is for. Empty where a `getVariant` of the flag's own asks for the rollout. */
  readonly gives: { readonly [variant: string]: number };
  /** Its percentage, where it has one. */
  readonly rollout?: RolloutInWords;
}

export interface RolloutInWords {
  /** 0 to 100, as it is now. */
  readonly percent: number;
  /** Of what: `users`, `visitors`, `companies`. */
  readonly of: string;
  /** What the code says: a percentage, or the steps of a ramp (`at` in milliseconds since 1970). */
  readonly coded: number | Ramp['steps'];
  /** The highest percentage that a guarded ramp may go to; absent where it is not guarded. */
  readonly approved?: number;
  /** Live control has moved it, or holds it. */
  readonly moved: boolean;
  /** What the code said when it was moved, where the code has since changed. */
  readonly replaced?: number | 'ramp';
}

/** A flag's rules, in their order, and the rollouts of its own `getVariant`, as they are at `now` under its live state. */
export function rulesInWords(flag: Flag, live: LiveFlag | undefined, now: number): readonly RuleInWords[] {
  const rollout = (name: string, coded: number | Ramp | undefined, unit: string) =>
    coded === undefined ? {} : { rollout: rolloutInWords(coded, live?.rollouts?.get(name), unit, now) };
  return [
    ...flag.rules.map(({ definition, name, rollout: coded, unit }) => ({
      name,
      who: who(definition),
      gives: gives(definition),
      ...rollout(name, coded, unit),
    })),
    ...[...flag.rollouts].map(([name, { percent }]) => ({
      name,
      who: 'those its getVariant asks about',
      gives: {},
      ...rollout(name, percent, flag.unit),
    })),
  ];
}

function who({ when, except }: Rule): string {
  const wanted = parts(when).join(' and ');
  return except === undefined ? wanted : `${wanted || 'everybody'} except ${parts(except).join(' or ')}`;
}

/** A segment by its description. */
function parts(given: Rule['when']): readonly string[] {
  return listed(given).map((part) => (isSegment(part) ? part.description : inWords(part)));
}

function gives({ serve, split }: Rule): RuleInWords['gives'] {
  return serve === undefined ? { ...(split as RuleInWords['gives']) } : { [serve]: 100 };
}

function rolloutInWords(
  coded: number | Ramp,
  live: LiveRollout | undefined,
  unit: string,
  now: number,
): RolloutInWords {
  const isRamp = typeof coded === 'object';
  const replaced = replacedBy(live, coded);
  return {
    percent: percentOf(coded, live, { now })!,
    of: PLURALS[unit] ?? `${unit}s`,
    coded: isRamp ? coded.steps : coded,
    ...(isRamp && coded.guarded && { approved: live?.approved ?? coded.steps[0]!.percent }),
    moved: live?.percent !== undefined,
    ...(replaced !== undefined && { replaced }),
  };
}

const PLURALS: { readonly [unit: string]: string | undefined } = { company: 'companies', either: 'visitors' };
