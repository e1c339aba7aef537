import type { RegisteredConfig } from '../register.js';
import type { Answer, Batch, Client, Told } from './types.js';

export type { Client, ClientFlagName } from './types.js';

export interface ClientOptions {
  /** Where `clientEndpoint` is mounted. Defaults to `/flags`. */
  readonly url?: string;
  /** What `gk.bootstrap()` has in its element, for pages that bring it in another way. */
  readonly bootstrap?: unknown;
  /** Milliseconds between two looks where the server cannot tell of changes by itself. Defaults to a minute. */
  readonly poll?: number;
}

/** What is used here of a browser: the rest of the package is compiled without its types. */
declare const document: (EventTarget & Page) | undefined;
interface Page {
  readonly hidden: boolean;
  querySelector(selector: string): { readonly textContent: string } | null;
}
declare const window: EventTarget;
declare const navigator: { sendBeacon(url: string, body: Blob): boolean };
declare const localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
declare class EventSource {
  constructor(url: string);
  onmessage: (event: { readonly data: string }) => void;
  onerror: () => void;
  close(): void;
}

const SECOND = 1_000;
const NOTHING: Batch = { exposures: [], outcomes: [] };
/** Values that cannot be added up are not sent: with them, a server refuses the whole batch. */
const MOST = 1e12;
/** Outcomes that are kept while they cannot be sent. */
const MOST_KEPT = 100;

/**
 * The flags of this browser: from the page's bootstrap at once, else from the server, and from then on as they change. While the
 * server cannot be asked, the last answers stay. Outside a browser it only has what `bootstrap` gives it.
 */
export function createClient<C = RegisteredConfig>(options: ClientOptions = {}): Client<C> {
  const { url = '/flags', bootstrap, poll = 60 * SECOND } = options;
  const page = typeof document === 'undefined' ? undefined : document;
  const key = `gatekeeper ${url}`;
  const ending = new AbortController();
  const listeners = new Set<() => void>();
  const checked = new Set<string>();
  const reports = page && createReports(url, poll, ending.signal);
  let answers: Map<string, Answer> | undefined;
  let tag = '';
  let looking: ReturnType<typeof setTimeout>;
  let looks = 0;
  let latest: Promise<void>;
  let failures = 0;
  let stream: EventSource | undefined;

  /** Takes answers over; those that are the same stay the same objects. @throws where it is nothing that a server tells */
  function take(told: Told): void {
    if (typeof told.flags !== 'object') throw told;
    const next = new Map(Object.entries(told.flags).filter(([, answer]) => Array.isArray(answer)));
    let changed = next.size !== answers?.size;
    for (const [flag, answer] of next) {
      const before = answers?.get(flag);
      if (JSON.stringify(answer) === JSON.stringify(before)) next.set(flag, before!);
      else changed = true;
    }
    answers = next;
    tag = told.tag;
    attempt(() => localStorage.setItem(key, JSON.stringify(told)));
    // Each on its own: one that throws is reported by the browser, and the others are called.
    if (changed) listeners.forEach((listener) => queueMicrotask(listener));
  }

  /** Asks for the answers; where it is overtaken by another look, it settles with that one. */
  function look(): Promise<void> {
    looks += 1;
    return (latest = ask(looks));
  }

  async function ask(mine: number): Promise<void> {
    try {
      // With a tag of its own: the browser's cache would let a second look wait for a first that hangs.
      const headers: HeadersInit = tag ? { 'If-None-Match': `"${tag}"` } : {};
      const response = await fetch(url, { headers, cache: 'no-store', signal: AbortSignal.timeout(10 * SECOND) });
      const told = response.status === 304 || (await response.json());
      if (mine !== looks) return latest;
      if (told !== true) {
        if (!response.ok) throw response;
        take(told);
      }
      listen();
      reports!.retry();
    } catch {
      if (mine !== looks) return latest;
      failures += 1;
      if (!answers) attempt(() => take({ ...JSON.parse(localStorage.getItem(key)!), tag: '' }));
      later();
    }
  }

  /** Looks again after a while: seldom where the server tells of changes, and ever more seldom where it fails. */
  function later(delay = failures > 0 ? Math.min(poll, SECOND * 2 ** failures) : 5 * poll): void {
    clearTimeout(looking);
    // Not all at once, after a server was away or something has changed for everybody.
    if (!page!.hidden && !ending.signal.aborted) looking = setTimeout(look, delay * (1 - Math.random() / 2));
  }

  /** A browser has few connections to one site, so only pages that are seen have one. */
  function listen(): void {
    later();
    if (stream || page!.hidden || ending.signal.aborted) return;
    const opened = (stream = new EventSource(`${url}/events`));
    opened.onmessage = ({ data }) => {
      failures = 0;
      later(data === tag ? undefined : SECOND / 2);
    };
    opened.onerror = () => {
      unlisten();
      failures += 1;
      later();
    };
  }

  function unlisten(): void {
    clearTimeout(looking);
    stream?.close();
    stream = undefined;
  }

  function refresh(): Promise<void> {
    unlisten(); // it knows who asked, and that may be somebody else by now
    return look();
  }

  function check(flag: string): Answer | undefined {
    const answer = answers?.get(flag);
    if (!answers || checked.has(flag)) return answer;
    checked.add(flag);
    if (answer) reports?.add({ exposures: [flag] });
    else console.warn(`gatekeeper: no client-side flag named "${String(flag)}"`);
    return answer;
  }

  attempt(() => take((bootstrap ?? JSON.parse(page!.querySelector('script#gatekeeper')!.textContent)) as Told));
  const rendered = answers as typeof answers;
  if (page) {
    const { signal } = ending;
    const turned = () => {
      if (page.hidden) {
        unlisten();
        reports!.leave();
      } else look();
    };
    page.addEventListener('visibilitychange', turned, { signal });
    window.addEventListener('pagehide', reports!.leave, { signal });
    window.addEventListener('online', look, { signal });
    if (rendered) listen();
  }

  return {
    ff: (flag, variant) => check(flag)?.[0] === variant,
    ffVariant: (flag) => check(flag)?.[0] as never,
    payload: (flag) => check(flag)?.[1] as never,
    all: () => Object.fromEntries([...(answers ?? [])].map(([flag, [variant]]) => [flag, variant])) as never,
    track(metric, options) {
      const value = options?.value;
      if (value !== undefined && !(typeof value === 'number' && Math.abs(value) <= MOST)) return;
      reports?.add({ outcomes: [{ metric: String(metric), value }] });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: rendered || !page ? Promise.resolve() : look(),
    refresh: async () => page && refresh(),
    async override(flag, variant) {
      const answer = await post(`${url}/override`, { flag, variant }).catch(() => undefined);
      if (answer?.ok) await refresh();
      return !!answer?.ok;
    },
    close() {
      ending.abort();
      unlisten();
      reports?.leave();
    },
    answer: (flag, first) => (first ? rendered : answers)?.get(flag),
  };
}

/** Reports what is used and what has happened, in batches; what a server could not take is kept for later. */
function createReports(url: string, poll: number, ended: AbortSignal) {
  let unsent = NOTHING;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function keep(first: Batch, then: Partial<Batch>): void {
    unsent = {
      exposures: [...first.exposures, ...(then.exposures ?? [])],
      outcomes: [...first.outcomes, ...(then.outcomes ?? [])].slice(-MOST_KEPT),
    };
  }

  function later(delay: number): void {
    if (!ended.aborted) timer ??= setTimeout(send, delay);
  }

  function taken(): Batch {
    clearTimeout(timer);
    timer = undefined;
    const batch = unsent;
    unsent = NOTHING;
    return batch;
  }

  async function send(): Promise<void> {
    const batch = taken();
    const answer = await post(`${url}/events`, batch).catch(() => undefined);
    if (answer && answer.status < 500 && answer.status !== 429) return;
    keep(batch, unsent);
    later(poll);
  }

  return {
    add(batch: Partial<Batch>) {
      if (ended.aborted) return;
      keep(unsent, batch);
      later(SECOND);
    },
    /** The server can be reached. */
    retry() {
      if (unsent !== NOTHING) void send();
    },
    /** The page may not be there any more in a moment. */
    leave() {
      if (unsent === NOTHING) return;
      const batch = taken();
      // It says whether the browser takes it on: a page that comes back after all has it still.
      const isSent = navigator.sendBeacon(
        `${url}/events`,
        new Blob([JSON.stringify(batch)], { type: 'application/json' }),
      );
      if (!isSent) keep(batch, unsent);
    },
  };
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), keepalive: true });
}

/** Storage may be forbidden, full, or hold anything. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}
