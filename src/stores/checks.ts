import type { Engine } from '../engine';
import { GatekeeperError, show, unknownName } from '../errors';
import type { Flag, UserId } from '../flag';
import { unitId } from '../rules/unit-id';
import type { ChangeBy } from './live-control';

/** @throws GatekeeperError `change-invalid` where it is not said who and why */
export function checkBy(action: string, by: ChangeBy | undefined): void {
  if (!by?.actor || !by.reason) throw new GatekeeperError('change-invalid', `${action} needs an actor and a reason`);
}

/** What somebody is told who was slower; `current` is what stands now. */
export function conflict(flag: string, revision: number, live: object): GatekeeperError {
  return Object.assign(
    new GatekeeperError('conflict', `${flag} was changed by somebody else, at revision ${revision}; look again`),
    { current: { revision, live } },
  );
}

/** @throws GatekeeperError `flag-unknown` */
export function flagNamed({ config }: Engine<any>, name: string): Flag {
  const flag = config.compiled.get(name);
  if (flag) return flag;
  throw new GatekeeperError('flag-unknown', unknownName('flag', name, [...config.compiled.keys()]));
}

/** What the code says of a rule's rollout; undefined where the rule serves everybody it matches. */
export function codedRollout(engine: Engine<any>, name: string, rule: string) {
  const { rules, rollouts } = flagNamed(engine, name);
  const known = rules.find((other) => other.name === rule);
  if (known) return known.rollout;
  const named = rollouts.get(rule);
  if (named) return named.percent;
  const names = [...rules.map((other) => other.name), ...rollouts.keys()];
  throw new GatekeeperError('rule-unknown', unknownName(`rule of ${name}`, rule, names));
}

/** @throws GatekeeperError `change-invalid` where a rule's rollout waits for no approval */
export function checkGuarded(engine: Engine<any>, name: string, rule: string): void {
  const coded = codedRollout(engine, name, rule);
  if (typeof coded === 'object' && coded.guarded) return;
  const fix = 'use setRollout, or ramp(…, { guarded: true }) in code';
  throw new GatekeeperError('change-invalid', `${show(rule)} of ${name} is no guarded ramp to approve; ${fix}`);
}

/** A variant of the flag. @throws GatekeeperError `variant-unknown` */
export function validVariant(engine: Engine<any>, flag: string, variant: string): string {
  const { variants } = flagNamed(engine, flag);
  if (variants.includes(variant)) return variant;
  throw new GatekeeperError('variant-unknown', unknownName(`variant of ${flag}`, variant, variants));
}

/** 0 to 100. @throws GatekeeperError `percent-invalid` */
export function validPercent(percent: number): number {
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return percent;
  throw new GatekeeperError('percent-invalid', `${show(percent)} is no percentage; give 0 to 100`);
}

/** An id in its one form. @throws GatekeeperError `user-id-invalid` */
export function validId(id: UserId): string {
  const valid = unitId(id);
  if (valid !== undefined) return valid;
  throw new GatekeeperError('user-id-invalid', `${show(id)} is no user id; give a number or a non-empty string`);
}
