import type { Source } from '../context';
import { GatekeeperError } from '../errors';
import { isPromise } from '../rules/is-promise';
import type { Http, HttpRequest, HttpResponse } from './http';
import type { Overrides } from './override-cookie';

const NO_OVERRIDES: Overrides = new Map();

/** Who is asking, read from a request of Express; overrides are set through its response. */
export class RequestSource implements Source {
  /** What the cookie says; it is read, and what is wrong with it counted, once a request. */
  private found: Overrides | undefined;
  /** What this response has set, which is all that the browser will have. */
  private written: Overrides | undefined;

  constructor(
    private readonly http: Http,
    readonly request: HttpRequest,
    private readonly response: HttpResponse,
  ) {}

  user() {
    return this.http.engine.config.options.user?.(this.request);
  }

  groups() {
    return this.http.engine.config.options.groups?.(this.request);
  }

  overrides(): Overrides {
    const found = (this.found ??= this.http.cookie.read(this.request.headers.cookie));
    return found.size > 0 && this.mayOverride() ? found : NO_OVERRIDES;
  }

  setOverride(flag: string, variant: string): void {
    this.http.cookie.check(flag, variant);
    const overrides = new Map(this.written ?? this.overrides());
    if (variant === '') overrides.delete(flag);
    else overrides.set(flag, variant);
    this.setOverrides(overrides);
  }

  /** Makes `overrides` all that this browser has, from its next request on. */
  setOverrides(overrides: Overrides, by?: string): void {
    const { response, http } = this;
    if (!this.mayOverride())
      throw new GatekeeperError('override-refused', 'overrides.allow(req) does not let this request override');
    if (response.headersSent)
      throw new GatekeeperError('headers-sent', 'the response has begun; set overrides before the first byte is sent');
    const cookie = http.cookie.write(overrides, this.secure, by);
    const others = [response.getHeader('Set-Cookie') ?? []]
      .flat()
      .map(String)
      .filter((other) => !http.cookie.isSetBy(other));
    response.setHeader('Set-Cookie', [...others, cookie]);
    this.written = overrides;
  }

  /** Whether the app lets this request use overrides: only a plain yes is one. */
  mayOverride(): boolean {
    const { report, config } = this.http.engine;
    const { allow } = config.options.overrides ?? {};
    try {
      const answer: unknown = allow ? allow(this.request) : true;
      if (answer === true) return true;
      if (isPromise(answer))
        throw new GatekeeperError(
          'user-async',
          'overrides.allow(req) returned a promise, but a flag check never waits: load what it needs in a middleware ' +
            'before app.use(gatekeeper(config)), and let allow answer true or false',
        );
    } catch (error) {
      report.failed(error);
    }
    report.refused('not-allowed');
    return false;
  }

  private get secure(): boolean {
    return this.request.secure ?? 'encrypted' in this.request.socket;
  }
}
