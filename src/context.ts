import type { Segment } from './rules/rule';
import type { App, Groups, Request, User } from './register';

/** What patterns match against: who is asking, and where. */
export interface Facts {
  readonly user: User | undefined;
  readonly groups: { readonly [K in keyof Groups]?: Groups[K] };
  readonly app: App;
}

/** What a rule may see. Frozen; outside production, user and groups are read-only views all the way down. */
export interface Context extends Facts {
  /** The anonymous id of this browser, where it has one. */
  readonly visitor: string | undefined;
  /** Milliseconds since 1970, the same for the whole request. */
  readonly now: number;
  /** The request itself; undefined outside one. */
  readonly request: Request | undefined;
  /** Is this unit inside the class's rollout of that name? False without a unit id. */
  readonly rollout: (name: string) => boolean;
  /** One of several variants by weight, the same each time for the same unit; undefined without a unit id. */
  readonly split: <V extends string>(name: string, weights: { readonly [K in V]: number }) => V | undefined;
  /** Is this visitor in the segment? */
  readonly in: (segment: Segment) => boolean;
}
