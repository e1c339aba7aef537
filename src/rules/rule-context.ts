import type { Context, Facts } from '../context';
import { show, unknownName } from '../errors';
import type { Flag } from '../flag';
import type { App, Request, User } from '../register';
import { chooseArm, draw, seedsOf } from './bucket';
import { percentOf } from './ramp';
import type { Segment } from './rule';
import type { Subject } from './subject';
import { walkRules } from './walk';

/** What a flag's own getVariant is given: frozen, and read only as far as the rule looks. */
export class RuleContext implements Context {
  readonly #flag: Flag;
  readonly #subject: Subject;

  constructor(flag: Flag, subject: Subject) {
    this.#flag = flag;
    this.#subject = subject;
    Object.freeze(this);
  }

  get user(): User | undefined {
    return this.#view(this.#subject.user, 'user');
  }
  get groups(): Facts['groups'] {
    return this.#view(this.#subject.groups, 'groups');
  }
  get app(): App {
    return this.#subject.app;
  }
  get visitor(): string | undefined {
    return this.#subject.visitor;
  }
  get now(): number {
    return this.#subject.now;
  }
  get request(): Request | undefined {
    return this.#subject.request;
  }

  // Functions, not methods, so that a rule may take them out: getVariant({ rollout }) { … }
  get rollout() {
    return (name: string): boolean => {
      const { unit, rollouts, name: flag } = this.#flag;
      const coded = rollouts.get(name);
      if (!coded) throw new TypeError(unknownName(`rollout of ${flag}`, name, [...rollouts.keys()]));
      const hash = this.#subject.hash(unit);
      const live = this.#subject.state.flags.get(flag)?.rollouts?.get(name);
      return hash !== undefined && draw(hash, coded.seeds) * 100 < percentOf(coded.percent, live, this.#subject)!;
    };
  }
  get split() {
    return <V extends string>(name: string, weights: { readonly [K in V]: number }): V | undefined => {
      const { unit, salt } = this.#flag;
      const weighted = Object.entries<number>(weights).filter(([, weight]) => weight !== 0);
      if (weighted.length === 0 || !weighted.every(([, weight]) => weight > 0 && weight < Infinity))
        throw new TypeError(`split ${show(name)} has the weights ${show(weights)}; give each variant its share`);
      const hash = this.#subject.hash(unit);
      if (hash === undefined) return undefined;
      const arms = weighted.map(([variant, weight]) => ({ variant, weight, ...seedsOf(salt, name, variant) }));
      return chooseArm(hash, arms).variant as V;
    };
  }
  get in() {
    return (segment: Segment): boolean => segment.has(this.#subject);
  }

  /** What the flag's declarative rules give, where one matches. */
  rules(): string | undefined {
    return walkRules(this.#flag.rules, this.#subject, this.#subject.state.flags.get(this.#flag.name))?.variant;
  }

  #view<T>(value: T, path: string): T {
    return this.#subject.view(value, path);
  }
}

/** What the declarative rules of the flag being decided give in `context`. */
export function rulesOf(context: Context): string | undefined {
  return context instanceof RuleContext ? context.rules() : undefined;
}
