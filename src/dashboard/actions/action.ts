import type { Field, Fields } from '../read';
import type { Role } from '../options';
import type { Visit } from '../visit';

/** What can be done here, by forms and by scripts alike. */
export interface Action<F extends Field = Field, R = unknown> {
  /** What it is called in the API's documentation. */
  readonly summary: string;
  readonly role: Role;
  /** It changes something for others, and not only in one's own browser. */
  readonly shared: boolean;
  /** What it takes. */
  readonly fields: readonly F[];
  /** Those that may be left out. */
  readonly optional: readonly Field[];
  /** What the page says when it is done. */
  readonly done: string;
  /** Whether it may turn something on: in production that is typed once more. */
  readonly enables?: (asked: Asked<F>) => boolean;
  readonly run: (asked: Asked<F>) => R | Promise<R>;
}

export interface Asked<F extends Field = Field> {
  readonly visit: Visit;
  readonly fields: Pick<Fields, F>;
  /** For live control: who, why, and on top of what. */
  readonly by: { readonly actor: string; readonly reason: string; readonly expectedRevision?: number };
}

const SAID = ['reason', 'revision', 'confirm'] as const;
type Said = (typeof SAID)[number];

/** An action for operators, on live state. */
export function live<F extends Field>(
  summary: string,
  done: string,
  fields: readonly F[],
  run: Action<F>['run'],
  enables?: Action<F>['enables'],
): Action {
  const shared = { role: 'operator', shared: true } as const;
  return { summary, done, ...shared, fields: [...fields, ...SAID], optional: SAID, run, enables } as Action;
}

/** An action for QA, in their own browser. */
export function own<F extends Exclude<Field, Said>, R>(
  summary: string,
  done: string,
  { fields, optional = [] }: { readonly fields: readonly F[]; readonly optional?: readonly F[] },
  run: Action<F, R>['run'],
): Action {
  return { summary, done, role: 'qa', shared: false, fields, optional, run } as unknown as Action;
}
