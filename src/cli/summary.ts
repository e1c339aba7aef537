import type { Flag } from '../flag';
import type { LiveFlag } from '../live-state';

/** A flag as `list` and `show` give it. */
export interface Summary {
  readonly flag: string;
  readonly description: string;
  readonly kind: string;
  readonly owner?: string;
  readonly created?: string;
  readonly expires?: string;
  readonly permanent: boolean;
  readonly draft: boolean;
  readonly variants: readonly string[];
  readonly off: string;
  /** What live control does to it, in words: `killed`, `pinned to ON`. */
  readonly live: readonly string[];
}

export function summary({ name, definition, variants, off, draft }: Flag, live: LiveFlag | undefined): Summary {
  const { description, kind = 'release', owner, created, expires, permanent = false } = definition;
  return {
    flag: name,
    description,
    kind,
    owner,
    created,
    expires,
    permanent,
    draft,
    variants,
    off,
    live: inWords(live),
  };
}

function inWords({ killed, pinned, users, rollouts, environment }: LiveFlag = {}): readonly string[] {
  const said: string[] = [];
  if (killed !== undefined) said.push('killed');
  if (environment !== undefined) said.push(`${environment} by the environment`);
  if (pinned !== undefined) said.push(`pinned to ${pinned}`);
  for (const [rule, { percent, approved }] of rollouts ?? []) {
    if (percent !== undefined) said.push(`${rule} at ${percent} %`);
    else if (approved !== undefined) said.push(`${rule} up to ${approved} %`);
  }
  if (users && users.size > 0) said.push(`${users.size} user${users.size === 1 ? '' : 's'} listed`);
  return said;
}
