import type { OutgoingHttpHeaders } from 'node:http';
import type { HttpResponse } from './http';

/** Headers that tell shared caches to keep a response whatever Cache-Control says. */
const FOR_SHARED_CACHES = ['surrogate-control', 'cdn-cache-control', 'cloudflare-cdn-cache-control', 'x-accel-expires'];

/**
 * Keeps a response that flags made for one visitor out of shared caches: it leaves with `Cache-Control: private` and
 * `Vary: Cookie`, whatever the app sets before or after, unless every such flag is in the app's cache key.
 */
export class CacheGuard {
  readonly #response: HttpResponse;
  readonly #warn: (was: string, flags: readonly string[]) => void;
  readonly #personal = new Set<string>();
  readonly #keyed = new Set<string>();
  /** The header as this guard last set it; what stands there otherwise is the app's. */
  #ours: string | undefined;

  constructor(response: HttpResponse, warn: (was: string, flags: readonly string[]) => void) {
    this.#response = response;
    this.#warn = warn;
    const writeHead = response.writeHead as (...args: unknown[]) => HttpResponse;
    response.writeHead = (...args: unknown[]) => {
      const given = args.at(-1);
      if (this.exposed.length > 0) {
        if (typeof given === 'object' && given !== null) adopt(response, args.pop() as OutgoingHttpHeaders | unknown[]);
        this.#protect();
      }
      return writeHead.apply(response, args);
    };
  }

  /** Flags decided for this visitor that no cache key covers. */
  get exposed(): readonly string[] {
    return [...this.#personal].filter((flag) => !this.#keyed.has(flag));
  }

  /** This response is for its reader alone, whatever the app's cache key covers. */
  pin(): void {
    this.add('');
  }

  /** `flag` was decided for this visitor. */
  add(flag: string): void {
    this.#personal.add(flag);
    if (!this.#keyed.has(flag) && !this.#response.headersSent) this.#protect();
  }

  /** The app keys its page cache by these flags' variants. */
  cover(flags: readonly string[]): void {
    for (const flag of flags) this.#keyed.add(flag);
    const untouched = this.#response.getHeader('Cache-Control') === this.#ours;
    if (this.#ours !== undefined && untouched && this.exposed.length === 0 && !this.#response.headersSent)
      this.#response.removeHeader('Cache-Control');
  }

  #protect(): void {
    const response = this.#response;
    const before = String(response.getHeader('Cache-Control') ?? '');
    const shared = FOR_SHARED_CACHES.filter((name) => response.hasHeader(name));
    if (/\b(public|s-maxage)\b/i.test(before) || shared.length > 0)
      this.#warn(before || shared.join(', '), this.exposed);
    for (const name of shared) response.removeHeader(name);
    const after = privately(before);
    if (after !== before) response.setHeader('Cache-Control', after);
    if (before === '') this.#ours = after;
    const vary = String(response.getHeader('Vary') ?? '');
    if (!/(^|,)\s*(\*|cookie)\s*(,|$)/i.test(vary))
      response.setHeader('Vary', vary === '' ? 'Cookie' : `${vary}, Cookie`);
  }
}

/** A Cache-Control that no shared cache keeps; what the browser itself may do stays as it was. */
function privately(value: string): string {
  if (/\bno-store\b/i.test(value)) return value;
  const others = value.replace(/\b(public|private|s-maxage)\b(\s*=\s*("[^"]*"|[^,]*))?/gi, '').split(',');
  return ['private', ...others.map((directive) => directive.trim()).filter(Boolean)].join(', ');
}

/** Sets headers that were handed to writeHead, so that they can be looked at. */
function adopt(response: HttpResponse, headers: OutgoingHttpHeaders | readonly unknown[]): void {
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) response.setHeader(name, value as string);
    return;
  }
  const flat = headers.flat() as string[];
  for (let i = 0; i < flat.length; i += 2) response.removeHeader(flat[i]!);
  for (let i = 0; i < flat.length; i += 2) response.appendHeader(flat[i]!, flat[i + 1]!);
}
