import type { Kept, Source } from '../rules/source';
import type { Facts } from '../context';
import { GatekeeperError } from '../errors';
import type { Evaluation } from '../evaluation';
import type { Request, User } from '../register';
import { isPromise } from '../rules/is-promise';
import { unitId } from '../rules/unit-id';
import { reportOf } from '../report/report';
import { CacheGuard } from './cache-guard';
import { setCookie, type CookieToSet } from './cookies';
import type { Http, HttpResponse } from './http';
import { refusal, type Overrides } from './override-cookie';
import type { Assignments } from './sticky-cookie';
import { warnOnce } from './warn-once';

/** Who is asking, read from a request of Express; what is to be kept of the answers goes into its response. */
export class RequestSource implements Source {
  /** What user(req) gave at the first check. */
  asked: { readonly user: User | null | undefined } | undefined;
  /** What the override cookie says; it is read, and what is wrong with it counted, once a request. */
  private found: Overrides | undefined;
  /** What this response has set of overrides, which is all that the browser will have. */
  private written: Overrides | undefined;
  /** What was answered before the app has called `identify`, the last time first. */
  before: readonly Evaluation[] = [];
  private visitorId: string | undefined;
  private assignments: Assignments | undefined;
  private guard: CacheGuard | undefined;

  constructor(
    private readonly http: Http,
    readonly request: Request,
    private readonly response: HttpResponse,
  ) {}

  user(): User | null | undefined {
    const user = this.http.options.user?.(this.request);
    this.asked ??= { user };
    return user;
  }

  groups(): Facts['groups'] | null | undefined {
    return this.http.options.groups?.(this.request);
  }

  overrides(): Overrides | undefined {
    const found = (this.found ??= this.http.cookie.read(this.request.headers.cookie));
    return found.size > 0 && this.mayOverride() ? found : undefined;
  }

  setOverride(flag: string, variant: string): void {
    this.http.cookie.check(flag, variant === '' ? undefined : variant);
    const overrides = new Map(this.written ?? this.overrides());
    if (variant === '') overrides.delete(flag);
    else overrides.set(flag, variant);
    this.setOverrides(overrides, this.userId());
  }

  /** Who sets it; that there is nobody to name is no reason to refuse. */
  private userId(): string | undefined {
    try {
      const user = this.user();
      return isPromise(user) ? undefined : unitId(user?.id);
    } catch {
      return undefined;
    }
  }

  /** Makes `overrides` all that this browser has, from its next request on. */
  setOverrides(overrides: Overrides, by?: string): void {
    if (!this.mayOverride())
      throw refusal('override-refused', 'overrides.allow(req) does not let this request override');
    if (this.response.headersSent)
      throw new GatekeeperError('headers-sent', 'the response has begun; set overrides before the first byte is sent');
    this.setCookie(this.http.cookie.write(overrides, by));
    this.written = overrides;
  }

  /** Whether the app lets this request use overrides. */
  mayOverride(): boolean {
    if (this.allows('overrides.allow', this.http.options.overrides?.allow)) return true;
    reportOf(this.http.engine).refused('not-allowed');
    return false;
  }

  visitor(create: boolean): string | undefined {
    const { http, request, response } = this;
    this.visitorId ??= http.visitors.read(request.headers.cookie);
    if (this.visitorId !== undefined || !create || response.headersSent) return this.visitorId;
    if (!this.allows('visitor.consent', http.options.visitor?.consent)) return undefined;
    const { id, cookie } = http.visitors.create();
    this.setCookie(cookie);
    return (this.visitorId = id);
  }

  kept(flag: string): Kept | undefined {
    return this.kepts().get(flag);
  }

  keep(flag: string, kept: Kept): void {
    const known = this.kept(flag);
    if (this.response.headersSent || (known?.rule === kept.rule && known.variant === kept.variant)) return;
    this.assignments = new Map([...this.kepts()].filter(([other]) => other !== flag)).set(flag, kept);
    this.setCookie(this.http.sticky.write(this.assignments));
  }

  private kepts(): Assignments {
    return (this.assignments ??= this.http.sticky.read(this.request.headers.cookie));
  }

  /** No cache key makes a response that sets a browser's cookies fit for another browser. */
  private setCookie(cookie: CookieToSet): void {
    setCookie(this.request, this.response, cookie);
    this.cacheGuard()?.pin();
  }

  personal(flag: string): void {
    const { engine } = this.http;
    if (this.cacheGuard()?.add(flag) === false && !engine.production)
      warnOnce(
        engine,
        `${flag} was first checked after the response had begun, too late to keep it out of shared caches or to set a ` +
          'cookie; check flags before the first byte is sent',
      );
  }

  keyed(flags: readonly string[]): void {
    this.cacheGuard()?.cover(flags);
  }

  identified(before: Evaluation): void {
    this.before = [before, ...this.before];
    this.guard?.uncover();
  }

  private cacheGuard(): CacheGuard | undefined {
    const { engine, options } = this.http;
    if (options.caching === 'off') return undefined;
    return (this.guard ??= new CacheGuard(this.response, (was, flags) => {
      const because = `because ${flags.join(', ')} answered for one visitor`;
      warnOnce(
        engine,
        `${this.request.method} ${this.request.originalUrl}: its ${JSON.stringify(was)} was made private, ${because}; ` +
          'to share such pages, key your cache by gk.cacheKey(…) of these flags',
        because,
      );
    }));
  }

  /** Asks the app for leave: only a plain yes is one. */
  private allows(option: string, ask: ((req: Request) => boolean) | undefined): boolean {
    try {
      const answer: unknown = ask ? ask(this.request) : true;
      if (!isPromise(answer)) return answer === true;
      throw new GatekeeperError(
        'user-async',
        `${option}(req) returned a promise, but a flag check never waits: load what it needs in a middleware ` +
          'before app.use(gatekeeper(config)), and answer true or false',
      );
    } catch (error) {
      this.http.engine.report.failed(error);
      return false;
    }
  }
}
