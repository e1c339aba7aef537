import type { FlagLifecycle } from './lifecycle';
import type { Targets } from './policy';
import { days } from './words';

/** A figure of the team's, against its target. */
export interface Figure {
  readonly name: keyof Targets;
  readonly value: number;
  readonly target: number;
  readonly met: boolean;
}

/** The figures of the flags that are in the code. */
export function figuresOf(flags: readonly FlagLifecycle[], targets: Targets): readonly Figure[] {
  const passing = flags.filter(({ permanent }) => !permanent);
  const ages = passing.flatMap(({ age }) => age ?? []);
  const average = ages.length === 0 ? 0 : ages.reduce((sum, age) => sum + age, 0) / ages.length;
  const values: Targets = {
    active: passing.filter(({ state }) => state === 'active').length,
    stale: flags.filter(({ state }) => state === 'stale').length,
    age: Math.floor(average * 10) / 10, // never rounded up to the target it is under
    unowned: flags.filter(({ remarks }) => remarks.some(({ code }) => code === 'unowned')).length,
  };
  return (['stale', 'active', 'age', 'unowned'] as const).map((name) => {
    const [value, target] = [values[name], targets[name]];
    return { name, value, target, met: name === 'active' || name === 'age' ? value < target : value <= target };
  });
}

const TITLES: { readonly [N in keyof Targets]: string } = {
  stale: 'Stale',
  active: 'Active',
  age: 'Average age',
  unowned: 'Without an owner',
};

/** A figure as its name, its value, and its target: `['Average age', '12.4 days', 'target: under 30 days']`. */
export function figureInWords({
  name,
  value,
  target,
}: Figure): readonly [title: string, value: string, target: string] {
  const shown = name === 'age' ? days(value) : String(value);
  const limit =
    name === 'active' ? `fewer than ${target}` : name === 'age' ? `under ${days(target)}` : `at most ${target}`;
  return [TITLES[name], shown, `target: ${target === 0 ? 'none' : limit}`];
}
