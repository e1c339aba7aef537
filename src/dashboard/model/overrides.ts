import { optionsOf } from '../../config/options';
import { shareLink } from '../actions/own';
import { cookieValues } from '../../express/cookies';
import { overridesOf, type Visit } from '../visit';

const SHOWN = 50;

/** What this browser overrides, and what it could. */
export interface Overrides {
  readonly flags: readonly OverrideRow[];
  /** How many match in all. */
  readonly matching: number;
  readonly q: string;
  /** The page that the link leads to. */
  readonly page: string;
  /** When they end, in milliseconds since 1970; a plain cookie, for development, does not say. */
  readonly expires?: number;
  /** What gives another browser the same; absent where there is nothing to share, or links cannot be signed. */
  readonly link?: string;
}

export interface OverrideRow {
  readonly name: string;
  readonly description: string;
  readonly variants: readonly string[];
  readonly overridable: boolean;
  readonly override?: string;
  /** What it gets, overridden or not. */
  readonly variant: string;
}

/** The flags that match the query's `q`, those that are overridden first; `page` is where the link leads. */
export function overrides(visit: Visit): Overrides {
  const { engine, gk, req } = visit;
  const { q, page } = { q: String(req.query.q ?? ''), page: String(req.query.page ?? '/') };
  const chosen = overridesOf(visit);
  const found = engine
    .flags()
    .filter(({ name, definition }) => `${name} ${definition.description}`.toLowerCase().includes(q.toLowerCase()))
    .sort((a, b) => Number(b.name in chosen) - Number(a.name in chosen));
  const expires = expiryOf(visit);
  return {
    flags: found.slice(0, SHOWN).map(({ name, definition, variants }) => ({
      ...{ name, description: definition.description, variants },
      overridable: definition.overridable !== false,
      ...(chosen[name] !== undefined && { override: chosen[name] }),
      variant: gk.ffVariant(name) as unknown as string,
    })),
    ...{ matching: found.length, q, page },
    ...(expires !== undefined && { expires }),
    ...(Object.keys(chosen).length > 0 && linkTo(visit, page)),
  };
}

/** The link that shares this browser's overrides, where there can be one. */
export function linkTo(visit: Visit, page: string): { link?: string } {
  try {
    return { link: shareLink(visit, page) };
  } catch {
    return {}; // no secret, or a page that is not of this site
  }
}

/** When this browser's overrides end. Whether its cookie is worth anything was found out before. */
function expiryOf(visit: Visit): number | undefined {
  if (Object.keys(overridesOf(visit)).length === 0) return undefined;
  const [cookie = ''] = cookieValues(
    visit.req.headers.cookie,
    optionsOf(visit.engine).overrides?.cookie ?? 'gatekeeper',
  );
  try {
    const [body = ''] = decodeURIComponent(cookie).split('.', 1);
    const { exp } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { exp?: number };
    return exp === undefined ? undefined : exp * 1000;
  } catch {
    return undefined;
  }
}
