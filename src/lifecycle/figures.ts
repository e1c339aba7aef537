import type { Figure } from './hygiene';
import type { Targets } from './policy';
import { days } from './words';

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
