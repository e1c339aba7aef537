import type { Context } from '../context';
import { GatekeeperError, show, unknownName } from '../errors';
import { TARGETS, type Targets } from '../lifecycle/policy';
import type { Request } from '../register';

/** `viewer` looks; `qa` also overrides flags in their own browser; `operator` also changes them for everybody. */
export type Role = 'viewer' | 'qa' | 'operator';

/** Who uses the dashboard; the history keeps the name. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
}

export interface DashboardOptions {
  /** Who this request is from, or null for somebody who may not use the dashboard at all. Must answer within 5 seconds. */
  readonly authorize: (req: Request) => Actor | null | undefined | Promise<Actor | null | undefined>;
  /** Refuses whatever changes something for others. Overrides of one's own browser stay. */
  readonly readOnly?: boolean;
  /** Named on every page; `production` in a colour nobody misses. Defaults to the config's, then to NODE_ENV. */
  readonly environment?: string;
  /** What the playground takes a user id to be: the user as rules see them, and their groups. */
  readonly lookUp?: (userId: string) => LookedUp | Promise<LookedUp>;
  /** What the team wants to stay within: `active` 20, `stale` 0, `age` 30 days on average and `unowned` 0 unless set. */
  readonly targets?: Partial<Targets>;
}

export type { Targets };

export interface BadgeOptions {
  /** The path that its form is posted to, and with `.css` after it its stylesheet. Defaults to `/gatekeeper-badge`. */
  readonly path?: string;
  /** Where to change the overrides, such as `/gatekeeper/overrides`. */
  readonly dashboard?: string;
}

type LookedUp = Partial<Pick<Context, 'user' | 'groups'>> | null | undefined;

const FUNCTIONS = ['authorize', 'lookUp'] as const;

/** @throws GatekeeperError `field-invalid` */
export function checkOptions(options: DashboardOptions | undefined): void {
  const invalid = (message: string) => new GatekeeperError('field-invalid', message);
  if (options?.authorize === undefined)
    throw new GatekeeperError(
      'authorize-missing',
      'dashboard() needs authorize(req): it says who may use it; without, anybody could kill your flags',
    );
  for (const option of FUNCTIONS)
    if (!['function', 'undefined'].includes(typeof options[option]))
      throw invalid(`the dashboard's ${option} is ${show(options[option])}; give a function`);
  for (const [name, target] of Object.entries(options.targets ?? {})) {
    if (!Object.hasOwn(TARGETS, name))
      throw invalid(`the dashboard's targets: ${unknownName('target', name, Object.keys(TARGETS))}`);
    if (typeof target !== 'number' || !(target >= 0))
      throw invalid(
        `the dashboard's target ${name} is ${show(target)}; give a number, such as ${TARGETS[name as keyof Targets]}`,
      );
  }
}
