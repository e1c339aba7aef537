import type { HttpResponse } from './http';
import { PRIVATE, isForSharedCaches } from './private-headers';

type Value = ReturnType<HttpResponse['getHeader']>;

/**
 * Keeps a response that flags made for one visitor out of shared caches: it leaves with `Cache-Control: private` and
 * `Vary: Cookie`, whatever the app sets before or after, unless every such flag is in the app's cache key.
 */
export class CacheGuard {
  readonly #response: HttpResponse;
  readonly #personal = new Set<string>();
  readonly #keyed = new Set<string>();
  #pinned = false;
  /** By header, what the app had set and what was put in its place. */
  readonly #replaced = new Map<string, { readonly app: Value; readonly ours: string }>();

  /** `warn` is told what the app had set for shared caches, and because of which flags that was taken down. */
  constructor(response: HttpResponse, warn: (was: string, flags: readonly string[]) => void) {
    this.#response = response;
    const writeHead = response.writeHead as (...args: unknown[]) => HttpResponse;
    response.writeHead = (...args: unknown[]) => {
      if (!this.#needed) return writeHead.apply(response, args);
      const headers = args.slice(1).findLast((arg) => typeof arg === 'object' && arg !== null);
      if (headers !== undefined) adopt(response, headers);
      this.#protect();
      this.#watch();
      const rest = args.filter((arg) => arg !== headers);
      writeHead.apply(response, rest);
      const was = this.#takenDown();
      if (was !== undefined && this.#exposed.length > 0) warn(was, this.#exposed);
      return response;
    };
  }

  /** Flags decided for this visitor that no cache key covers. */
  get #exposed(): readonly string[] {
    return [...this.#personal].filter((flag) => !this.#keyed.has(flag));
  }
  get #needed(): boolean {
    return this.#pinned || this.#exposed.length > 0;
  }

  /** This response is for its reader alone, whatever the app's cache key covers. */
  pin(): void {
    this.#pinned = true;
    this.#protect();
  }

  /** `flag` was decided for this visitor. False where it is too late to keep that from shared caches. */
  add(flag: string): boolean {
    this.#personal.add(flag);
    if (this.#keyed.has(flag)) return true;
    const { headersSent, writableEnded } = this.#response;
    if (headersSent) return writableEnded || /\b(private|no-store)\b/i.test(this.#header('Cache-Control'));
    // The app, and what it serves files with, may look at the headers; what is set later is seen to by writeHead.
    if (this.#replaced.size === 0) this.#protect();
    return true;
  }

  /** The app keys its page cache by these flags' variants. */
  cover(flags: readonly string[]): void {
    for (const flag of flags) this.#keyed.add(flag);
    if (this.#needed || this.#response.headersSent) return;
    for (const [header, { app, ours }] of this.#replaced) if (this.#header(header) === ours) this.#put(header, app);
    this.#replaced.clear();
  }

  /** The app's cache key was of somebody else. */
  uncover(): void {
    this.#keyed.clear();
    if (this.#needed && !this.#response.headersSent) this.#protect();
  }

  #protect(): void {
    for (const [header, made] of PRIVATE) {
      const before = this.#header(header);
      if (before === this.#replaced.get(header)?.ours) continue;
      const ours = made(before);
      if (ours === before) continue;
      this.#replaced.set(header, { app: this.#response.getHeader(header), ours });
      this.#put(header, ours || undefined);
    }
  }

  /** Hooks that were put on writeHead before this one have yet to run; what they change is seen to at once. */
  #watch(): void {
    const response = this.#response;
    const { setHeader, removeHeader } = response;
    response.setHeader = (...header) => {
      setHeader.apply(response, header);
      this.#protect();
      return response;
    };
    response.removeHeader = (name) => {
      removeHeader.call(response, name);
      this.#protect();
    };
  }

  /** What the app had set for shared caches. */
  #takenDown(): string | undefined {
    for (const [header, { app = '', ours }] of this.#replaced) {
      if (isForSharedCaches(header, String(app)) && this.#header(header) === ours) return `${header}: ${String(app)}`;
    }
    return undefined;
  }

  #header(name: string): string {
    return String(this.#response.getHeader(name) ?? '');
  }
  #put(header: string, value: Value): void {
    if (value === undefined) this.#response.removeHeader(header);
    else this.#response.setHeader(header, value);
  }
}

/** Sets headers that were handed to writeHead (an object, a flat list, or a list of pairs), so that they can be looked at. */
function adopt(response: HttpResponse, headers: object): void {
  const pairs = Array.isArray(headers) ? pairsOf(headers) : Object.entries(headers);
  for (const [name] of pairs) response.removeHeader(name);
  for (const [name, value] of pairs) response.appendHeader(name, value);
}

function pairsOf(list: readonly any[]): readonly [string, string][] {
  if (Array.isArray(list[0])) return list;
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]]] : []));
}
