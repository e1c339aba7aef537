import type { Context, Facts, Source } from '../context';
import type { Engine } from '../engine';
import { GatekeeperError } from '../errors';
import type { App, Request, User } from '../register';
import { isPromise } from './ask-rule';
import { readOnlyView } from './read-only';

/** What rules see of one visitor: the user is bound when it is made, all else is read when a rule first looks. */
export class RuleContext implements Context {
  readonly #engine: Engine<any>;
  readonly #source: Source;
  readonly #user: User | undefined;
  readonly #userFailure: { readonly error: unknown } | undefined;
  #groups: Facts['groups'] | undefined;
  #now: number | undefined;

  constructor(engine: Engine<any>, source: Source) {
    this.#engine = engine;
    this.#source = source;
    try {
      this.#user = settled(source.user(), 'user');
    } catch (error) {
      this.#userFailure = { error };
    }
  }

  get user(): User | undefined {
    if (this.#userFailure) throw this.#userFailure.error;
    return this.#view(this.#user, 'user');
  }
  get groups(): Facts['groups'] {
    return this.#view((this.#groups ??= settled(this.#source.groups(), 'groups') ?? {}), 'groups');
  }
  get app(): App {
    return this.#source.app ?? this.#engine.config.options.app ?? ({} as App);
  }
  get visitor(): string | undefined {
    return this.#source.visitor?.();
  }
  get now(): number {
    return (this.#now ??= this.#source.now ?? this.#engine.now());
  }
  get request(): Request | undefined {
    return this.#source.request;
  }

  #view<T>(value: T, path: string): T {
    return this.#engine.production ? value : readOnlyView(value, path);
  }
}

/** What the app gave, unless that is a promise: a check cannot wait for it. */
function settled<T>(value: T | null | undefined, option: 'user' | 'groups'): T | undefined {
  if (!isPromise(value)) return value ?? undefined;
  throw new GatekeeperError(
    'user-async',
    `config.${option}(req) returned a promise, but a flag check never waits: load it in a middleware before ` +
      `app.use(gatekeeper(config)), keep it on the request, and let ${option} return what is there`,
  );
}
