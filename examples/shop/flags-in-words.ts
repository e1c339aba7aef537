import { segment, type Change, type Flag, type LiveFlag, type Ramp, type Rule, type When } from 'gatekeeper-flags';

/** A rule as the staff page shows it. */
export interface RuleInWords {
  readonly name: string;
  /** Whom it is for: `user.plan is "growth"`; empty where that is everybody. */
  readonly who: string;
  /** What they get: `VISIBLE`, or `TABLE 34 %, TUESDAY 33 %`. */
  readonly gives: string;
  /** Its percentage, where it has one. */
  readonly rollout?: RolloutInWords;
}

export interface RolloutInWords {
  /** 0 to 100, as it is now. */
  readonly percent: number;
  /** Of what: `users`, `visitors`, `companies`. */
  readonly of: string;
  /** What the code says: `25 %`, or the steps of a ramp. */
  readonly coded: string;
  readonly isRamp: boolean;
  /** Live control has moved it, or holds it. */
  readonly moved: boolean;
}

/** A flag's rules, in their order, with their percentages as they are at `now` under its live state. */
export function rulesInWords(flag: Flag, live: LiveFlag | undefined, now: number): readonly RuleInWords[] {
  return flag.rules.map(({ definition, name, rollout, unit }) => ({
    name,
    who: who(definition),
    gives: gives(definition),
    rollout: rollout === undefined ? undefined : rolloutInWords(rollout, live?.rollouts?.get(name)?.percent, unit, now),
  }));
}

function who({ when, except }: Rule): string {
  const wanted = parts(when).join(' and ');
  return except === undefined ? wanted : `${wanted} except ${parts(except).join(' or ')}`.trim();
}

/** A segment by its description; a pattern as a segment made of it would describe itself. */
function parts(given: When | undefined): readonly string[] {
  if (given === undefined) return [];
  const list = Array.isArray(given) ? given : [given];
  return list.map((part) => ('description' in part ? part.description : segment('', part).description));
}

function gives({ serve, split }: Rule): string {
  if (serve !== undefined) return serve;
  return Object.entries(split!)
    .map(([variant, weight]) => `${variant} ${weight}\u00a0%`)
    .join(', ');
}

function rolloutInWords(coded: number | Ramp, moved: number | undefined, unit: string, now: number): RolloutInWords {
  const isRamp = typeof coded === 'object';
  return {
    percent: moved ?? (isRamp ? (coded.steps.findLast(({ at }) => at <= now)?.percent ?? 0) : coded),
    of: PLURALS[unit] ?? `${unit}s`,
    coded: isRamp ? coded.steps.map(inWords).join(', ') : `${coded}\u00a0%`,
    isRamp,
    moved: moved !== undefined,
  };
}

function inWords({ at, percent }: Ramp['steps'][number]): string {
  return `${percent}\u00a0% from ${date.format(at).replace(' ', '\u00a0')}`;
}

const PLURALS: { readonly [unit: string]: string | undefined } = { company: 'companies', either: 'visitors' };
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** What somebody did: `killed PAYMENTS`, `moved “growth plan” of SET_OF_SIX to 40 %`. */
export function changeInWords({ action, flag, field, value }: Change): string {
  const [, which] = field ?? []; // the rule, or the user's id
  if (action === 'kill') return `killed ${flag}`;
  if (action === 'restore') return `restored ${flag}`;
  if (action === 'set-rollout') return `moved “${which}” of ${flag} to ${value} %`;
  if (action === 'reset-rollout') return `gave “${which}” of ${flag} back to the code`;
  if (action === 'add-user') return `listed user ${which} of ${flag} for ${value}`;
  if (action === 'remove-user') return `took user ${which} off the list of ${flag}`;
  return `did ${action} of ${flag}`; // not from this page
}

/** Who is listed for which variant: by live control, or in the code. */
export function listedUsers({ users }: Flag, live: LiveFlag | undefined): readonly ListedUser[] {
  const inCode = [...users].filter(([id]) => !live?.users?.has(id));
  return [
    ...[...(live?.users ?? [])].map(([id, variant]) => ({ id, variant, inCode: false })),
    ...inCode.map(([id, variant]) => ({ id, variant, inCode: true })),
  ];
}

export interface ListedUser {
  readonly id: string;
  readonly variant: string;
  readonly inCode: boolean;
}
