import type { Facts } from '../context';
import type { Source } from './source';
import type { Engine } from '../engine';
import { GatekeeperError } from '../errors';
import { unitId } from './unit-id';
import type { LiveState } from '../live-state';
import type { App, Request, User } from '../register';
import { isPromise } from './is-promise';
import { murmur3 } from './bucket';

type More = { failure?: unknown; groups?: Facts['groups']; now?: number; visitorHash?: number | undefined };

/** Who is asking, under which live state: the user is bound when it is made, all else is read when first needed. */
export class Subject implements Facts {
  /** Whether anything that tells visitors apart has been read. */
  touched = false;
  private readonly boundUser: User | undefined;
  private userHash: number | undefined = undefined;
  /** What few requests need, so that the others do not make room for it. */
  private more: More | undefined = undefined;

  constructor(
    readonly engine: Engine<any>,
    readonly source: Source,
    readonly state: LiveState,
  ) {
    try {
      this.boundUser = settled(source.user(), 'user');
    } catch (error) {
      this.more = { failure: error };
    }
  }

  get user(): User | undefined {
    this.touched = true;
    if (this.boundUser === undefined && this.more && 'failure' in this.more) throw this.more.failure;
    return this.boundUser;
  }
  get groups(): Facts['groups'] {
    this.touched = true;
    return ((this.more ??= {}).groups ??= settled(this.source.groups(), 'groups') ?? {});
  }
  get app(): App {
    return this.source.app ?? this.engine.config.options.app ?? ({} as App);
  }
  /** The visitor's id where this browser has one already. */
  get visitor(): string | undefined {
    this.touched = true;
    return this.source.visitor?.(false);
  }
  get now(): number {
    return ((this.more ??= {}).now ??= this.source.now ?? this.engine.now());
  }
  get request(): Request | undefined {
    this.touched = true;
    return this.source.request;
  }

  /** `value` as rules may see it: outside production, a view that refuses to be written. */
  view<T>(value: T, path: string): T {
    return this.engine.production ? value : this.engine.report.readOnly(value, path);
  }

  /** The id of a unit (`user`, `visitor`, `either`, or a group's name); a visitor without one is given one if that can be. */
  id(unit: string): string | undefined {
    if (unit === 'user') return unitId(this.user?.id);
    this.touched = true;
    if (unit === 'visitor') return this.source.visitor?.(true);
    if (unit === 'either') return this.id('user') ?? this.id('visitor');
    return unitId(this.groups[unit as keyof Facts['groups']]?.id);
  }

  /** The murmur3 of a unit's id, computed once for user and visitor. */
  hash(unit: string): number | undefined {
    this.touched = true;
    if (unit === 'user') return (this.userHash ??= this.hashed('user'));
    if (unit === 'visitor') return ((this.more ??= {}).visitorHash ??= this.hashed('visitor'));
    if (unit === 'either') return this.hash('user') ?? this.hash('visitor');
    return this.hashed(unit);
  }

  private hashed(unit: string): number | undefined {
    const id = this.id(unit);
    return id === undefined ? undefined : murmur3(id);
  }
}

/** What the app gave, unless that is a promise: a check cannot wait for it. */
function settled<T>(value: T | null | undefined, option: 'user' | 'groups'): T | undefined {
  // What has an id is none, and asking it for `then` as well would cost every request.
  if ((typeof value === 'object' && value && 'id' in value) || !isPromise(value)) return value ?? undefined;
  throw new GatekeeperError(
    'user-async',
    `config.${option}(req) returned a promise, but a flag check never waits: load it in a middleware before ` +
      `app.use(gatekeeper(config)), keep it on the request, and let ${option} return what is there`,
  );
}
