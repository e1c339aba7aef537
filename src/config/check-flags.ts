import { Outcome } from '../decide';
import { isDeepStrictEqual } from 'node:util';
import { show, unknownName, type ErrorCode, type Problem } from '../errors';
import { FeatureFlag, type Flag, type Wrong } from '../flag';
import { unitId } from '../rules/unit-id';
import { checkName, compileRollouts, compileRules } from './check-rules';
import { parseInstant } from './instant';

/** Adds a mistake in a field of one flag. */
export type Complain = (code: ErrorCode, field: string, message: string) => void;
/** Whether `variant` is one of the flag's; if not, that is a mistake in `field`. */
export type IsVariant = (variant: unknown, field: string) => boolean;

const NO_RULES: Flag['rules'] = [];
const NO_ROLLOUTS: Flag['rollouts'] = new Map();
const NO_ENTRIES: ReadonlyMap<string, string> = new Map();

/** Checks flags and makes them ready for deciding; what is wrong with them is added to `problems`, all of it. */
export function compileFlags(
  flags: { readonly [name: string]: unknown },
  holdout: number | undefined,
  problems: Problem[],
): ReadonlyMap<string, Flag> {
  const compiled = new Map<string, Flag>();
  const names = new Map<unknown, string>();
  const before: FeatureFlag[] = [];
  for (const [flag, definition] of Object.entries(flags)) {
    const complain: Complain = (code, field, message) =>
      problems.push({ code, flag, field, message: `${flag}${field && `.${field}`}: ${message}` });
    if (!(definition instanceof FeatureFlag))
      complain(
        'flag-invalid',
        '',
        `${show(definition)} is no flag; register an instance of a class that extends FeatureFlag`,
      );
    else if (names.has(definition))
      complain('flag-duplicate', '', `it is the same instance as ${names.get(definition)}; make one for each name`);
    else {
      compiled.set(flag, compileFlag(flag, compiled.size, definition, { before, holdout }, complain));
      before.push(definition);
    }
    names.set(definition, flag);
  }
  checkRequirements(compiled, problems);
  return compiled;
}

function compileFlag(
  name: string,
  index: number,
  definition: FeatureFlag,
  among: { before: readonly FeatureFlag[]; holdout?: number },
  complain: Complain,
): Flag {
  const variants = compileVariants(definition.variants, complain);
  const isVariant: IsVariant = (variant, field) => {
    if (variants.includes(variant as string)) return true;
    const all = `the variants are ${variants.map(show).join(', ')}`;
    complain('variant-unknown', field, unknownName('variant', variant, variants, all));
    return false;
  };
  if (typeof definition.description !== 'string' || definition.description === '')
    complain('field-invalid', 'description', 'say in a sentence what the flag gates');
  isVariant(definition.off, 'off');
  instant(definition, 'created', complain);
  instant(definition, 'expires', complain);
  const { unit = 'user', salt = name, draft = false, sticky = false } = definition;
  checkName(definition.unit, 'unit', complain);
  checkName(definition.salt, 'salt', complain);
  const imperative = definition.getVariant !== FeatureFlag.prototype.getVariant;
  if (sticky && (unit !== 'either' || !definition.rules || imperative))
    complain(
      'field-invalid',
      'sticky',
      "it needs rules, no getVariant, and unit = 'either' (unit 'visitor' keeps its variant anyway)",
    );
  const wrong = (field: string, message: string) => complain('field-invalid', field, message);
  const watched = (definition.guardrails ?? []).length > 0;
  const own = definition.experiment?.(wrong, among.before, among.holdout);
  const rules =
    definition.rules || own
      ? compileRules(own ? [definition.rules ?? [], own].flat() : definition.rules, {
          salt,
          unit,
          variants,
          isVariant,
          complain,
          watched,
        })
      : NO_RULES;
  if (own) for (const { outcome } of rules.at(-1)?.arms ?? []) outcome.exposes = true;
  checkGuardrails(definition, wrong);
  const starts = instant(definition, 'starts', complain) ?? -Infinity;
  const ends = instant(definition, 'ends', complain) ?? Infinity;
  if (starts >= ends) complain('date-invalid', 'ends', `${show(definition.ends)} is not after starts; put it later`);
  const scheduled = starts !== -Infinity || ends !== Infinity;
  const users = definition.overrides ? compileUsers(definition.overrides, isVariant, complain) : NO_ENTRIES;
  const requires = definition.requires ? compileRequires(definition.requires, complain) : [];
  return {
    name,
    index,
    definition,
    variants,
    off: definition.off,
    unmatched: new Outcome({ variants }, definition.off, 'default'),
    users,
    payloads: definition.payloads ? compilePayloads(definition.payloads, isVariant, complain) : NO_ENTRIES,
    requires,
    scheduled,
    starts,
    ends,
    draft,
    conditional: draft || scheduled || sticky || users.size > 0 || requires.length > 0,
    rules,
    rollouts: definition.rollouts
      ? compileRollouts(definition.rollouts, rules, { salt, watched, complain })
      : NO_ROLLOUTS,
    unit,
    salt,
    sticky,
    imperative,
  };
}

function checkGuardrails(definition: FeatureFlag, wrong: Wrong): void {
  const guardrails: unknown = definition.guardrails ?? [];
  if (!Array.isArray(guardrails)) return wrong('guardrails', `${show(guardrails)} is no list of guardrails`);
  for (const guardrail of guardrails)
    if (typeof guardrail?.check === 'function') guardrail.check(definition, wrong);
    else wrong('guardrails', `${show(guardrail)} is no guardrail; write errorRate().above('2x')`);
}

function compileVariants(given: FeatureFlag['variants'] | undefined, complain: Complain): readonly string[] {
  const values: readonly unknown[] = Object.values(given ?? {});
  if (values.length === 0) complain('variants-missing', 'variants', 'declare an enum with at least one member');
  const odd = values.find((value) => typeof value !== 'string' || value === '');
  if (odd !== undefined)
    complain(
      'variant-invalid',
      'variants',
      `${show(odd)} is no name; give every member a string: enum V { ON = 'ON' }`,
    );
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) complain('variant-duplicate', 'variants', `two members are ${show(twice)}; rename one`);
  return values as string[];
}

function instant(
  flag: FeatureFlag,
  field: 'starts' | 'ends' | 'created' | 'expires',
  complain: Complain,
): number | undefined {
  const value: unknown = flag[field];
  if (value === undefined) return undefined;
  const time = parseInstant(value);
  if (!Number.isNaN(time)) return time;
  complain('date-invalid', field, `${show(value)} is no date; write 2026-11-21 or 2026-11-21T09:00Z`);
  return undefined;
}

function compileUsers(overrides: object, isVariant: IsVariant, complain: Complain): Flag['users'] {
  const users = new Map<string, string>();
  for (const [variant, ids] of Object.entries(overrides)) {
    if (!isVariant(variant, 'overrides')) continue;
    if (!Array.isArray(ids ?? []))
      complain('user-id-invalid', 'overrides', `${show(ids)} is no list of user ids; write [1, 2]`);
    for (const given of Array.isArray(ids) ? ids : []) {
      const id = unitId(given);
      const other = id === undefined ? undefined : users.get(id);
      if (id === undefined)
        complain('user-id-invalid', 'overrides', `${show(given)} is no user id; write numbers or strings`);
      else if (other === undefined) users.set(id, variant);
      else if (other !== variant)
        complain('user-id-duplicate', 'overrides', `user ${id} is listed for ${other} and for ${variant}; keep one`);
    }
  }
  return users;
}

function compileRequires(given: unknown, complain: Complain): Flag['requires'] {
  if (Array.isArray(given) && given.every((one) => typeof one === 'object' && one !== null)) return given;
  const fix = "write [{ flag: 'OTHER', variant: 'ON' }]";
  complain('requirement-unknown', 'requires', `${show(given)} is no list of prerequisites; ${fix}`);
  return [];
}

function compilePayloads(payloads: object, isVariant: IsVariant, complain: Complain): Flag['payloads'] {
  const compiled = new Map<string, unknown>();
  for (const [variant, payload] of Object.entries(payloads)) {
    if (!isVariant(variant, 'payloads')) continue;
    try {
      const json: unknown = JSON.parse(JSON.stringify(payload));
      if (isDeepStrictEqual(json, payload)) compiled.set(variant, deepFreeze(json));
      else
        complain(
          'payload-invalid',
          'payloads',
          `${variant}'s payload changes when written as JSON; use plain JSON values`,
        );
    } catch (error) {
      complain(
        'payload-invalid',
        'payloads',
        `${variant}'s payload is no JSON (${show(error)}); use plain JSON values`,
      );
    }
  }
  return compiled;
}

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

function checkRequirements(flags: ReadonlyMap<string, Flag>, problems: Problem[]): void {
  const complain = (code: ErrorCode, flag: string, message: string) =>
    problems.push({ code, flag, field: 'requires', message: `${flag}.requires: ${message}` });
  const fix = 'name another, or take the requirement out';
  const settled = new Set<string>();

  function visit(name: string, path: readonly string[]): void {
    if (settled.has(name)) return;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      return void complain('requirement-cycle', name, `${circle} goes in a circle; take one requirement out`);
    }
    for (const { flag, variant } of flags.get(name)!.requires) {
      const required = flags.get(flag);
      if (!required) complain('requirement-unknown', name, unknownName('flag', flag, [...flags.keys()], fix));
      else if (!required.variants.includes(variant))
        complain('requirement-unknown', name, unknownName(`variant of ${flag}`, variant, required.variants, fix));
      else visit(flag, [...path, name]);
    }
    settled.add(name);
  }

  for (const name of flags.keys()) visit(name, []);
}
