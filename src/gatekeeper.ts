import { createHash } from 'node:crypto';
import type { Source } from './rules/source';
import { Subject } from './rules/subject';
import type { Decision } from './decide';
import type { Engine } from './engine';
import { GatekeeperError } from './errors';
import { Evaluation } from './evaluation';
import type { Flag } from './flag';
import type { Choices, FlagName, MetricName, PayloadOf, RegisteredConfig, User } from './register';
import type { VariantName, VariantOf } from './register';

/**
 * The flags of one request: costs nothing until its first check, which binds it to the user and to live state; from then
 * on each flag has one answer. A check is synchronous and never throws into a handler.
 */
export class Gatekeeper<C = RegisteredConfig> {
  /** @internal */ evaluation: Evaluation | undefined = undefined;

  /** @internal Made by `engine.for(…)` and by the middleware. */
  constructor(
    /** @internal */ readonly engine: Engine<C>,
    private source: Source,
  ) {}

  private bind(source = this.source, state = this.engine.live.state): Evaluation {
    const evaluation = (this.evaluation = new Evaluation(new Subject(this.engine, source, state)));
    // The source may ask flags whether this request may use overrides; while it does, nothing is overridden.
    if (source.overrides) evaluation.overrides = source.overrides();
    return evaluation;
  }
  private get bound(): Evaluation {
    return this.evaluation ?? this.bind();
  }

  private find(name: string): Flag | undefined {
    const last = this.evaluation?.latest?.flag; // who asks again is spared the look-up
    if (last !== undefined && last.name === name) return last;
    return this.engine.config.compiled.get(name) ?? this.engine.report.noFlag(name);
  }

  /** Does this visitor get `variant` of `flag`? */
  ff<N extends FlagName<C>>(flag: N, variant: VariantName<C, N>): boolean {
    const known = this.find(flag);
    if (known === undefined) return false;
    return this.bound.use(known).variant === variant || this.engine.report.isNot(known, variant);
  }
  /** The long form of `ff`. */
  featureFlag<N extends FlagName<C>>(flag: N, variant: VariantName<C, N>): boolean {
    return this.ff(flag, variant);
  }

  /** The variant of `flag` that this visitor gets. */
  ffVariant<N extends FlagName<C>>(flag: N): VariantOf<C, N> {
    const known = this.find(flag);
    return (known && this.bound.use(known).variant) as VariantOf<C, N>;
  }
  /** The long form of `ffVariant`. */
  featureFlagVariant<N extends FlagName<C>>(flag: N): VariantOf<C, N> {
    return this.ffVariant(flag);
  }

  /** The payload of the variant served, deeply frozen; undefined where it has none. */
  payload<N extends FlagName<C>>(flag: N): PayloadOf<C, N> {
    const known = this.find(flag);
    return (known && known.payloads.get(this.bound.use(known).variant)) as PayloadOf<C, N>;
  }

  /** Every flag's variant, in an object without a prototype. */
  all(): { readonly [N in FlagName<C>]: VariantOf<C, N> } {
    const all = Object.create(null);
    const { compiled } = this.engine.config;
    const evaluation = this.bound.expect(compiled.size);
    for (const flag of compiled.values()) all[flag.name] = evaluation.answer(flag).variant;
    return all;
  }

  /** The decision for `flag`: variant, reason, and each step tried with why it failed. */
  explain<N extends FlagName<C>>(flag: N): Decision<VariantOf<C, N>> {
    const known = this.find(flag);
    return (known && this.engine.report.explain(known, this.bound)) as Decision<VariantOf<C, N>>;
  }

  /** Records what this unit did, for the experiments and guardrails that measure it; `value` is how much, 1 unless given. */
  track(metric: MetricName<C>, options?: { readonly value?: number }): void {
    this.engine.report.tracked(metric, options?.value, this.bound.subject);
  }

  /** Binds to another user from now on, such as after a login in this request; the answers so far are forgotten. */
  identify(user: User | null | undefined): this {
    const { state } = this.bound.subject;
    this.source.identified?.(this.bound);
    this.source = Object.assign(Object.create(this.source), { user: () => user }) as Source;
    this.bind(this.source, state);
    return this;
  }
  /** A Gatekeeper for somebody else under the same live state: no overrides or visitor id of this browser, no exposures. */
  forUser(user: User | null | undefined): Gatekeeper<C> {
    const { app, now, state } = this.bound.subject;
    const other = this.engine.for({ app, now, user: user ?? undefined });
    other.source.unseen = true;
    other.source.personal = (flag) => this.source.personal?.(flag);
    other.bind(other.source, state);
    return other;
  }
  /** The same visitor under today's live state: for websockets and long jobs. */
  fresh(): Gatekeeper<C> {
    return new Gatekeeper(this.engine, this.source);
  }

  /** The overrides of this browser that this request may use. */
  browserOverrides(): Choices<C> {
    return Object.assign(Object.create(null), Object.fromEntries(this.bound.overrides ?? [])) as Choices<C>;
  }
  /**
   * Overrides `flag` in this browser (`''` clears it) from its next request on.
   * @throws GatekeeperError `flag-unknown`, `variant-unknown`, `override-refused`, `override-too-large`, `headers-sent`
   */
  setBrowserOverride<N extends FlagName<C>>(flag: N, variant: VariantName<C, N> | ''): void {
    if (!this.source.setOverride)
      throw new GatekeeperError('override-refused', 'there is no browser to override it in');
    this.source.setOverride(flag, variant);
  }

  /** A script element for the page, from which the browser's client learns the variants that it may know. */
  bootstrap(): string {
    return this.engine.report.bootstrap(this);
  }

  /** A short code of the named flags' variants: two visitors share it exactly if they get the same variants of all. */
  cacheKey(...flags: readonly FlagName<C>[]): string {
    this.source.keyed?.(flags);
    const variants = flags.toSorted().map((flag) => [flag, this.ffVariant(flag)]);
    return createHash('sha256').update(JSON.stringify(variants)).digest('base64url').slice(0, 16);
  }
}
