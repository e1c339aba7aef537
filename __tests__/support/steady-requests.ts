import express from 'express';
import type { Engine } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/** What became of requests: `wrong` are those that failed, waited, or saw a flag change midway. */
export interface Requests {
  readonly answered: number;
  readonly wrong: readonly string[];
  /** The longest that one took, in milliseconds. */
  readonly slowest: number;
  /** The 99th percentile of what one check took, in microseconds. */
  readonly p99: number;
  /** Each variant of flag A that was served, in the order in which it first was. */
  readonly served: readonly string[];
}

const CHECKS = 200;
const AT_ONCE = 4;
/** A busy machine holds everything up now and then; a store that is waited for takes longer. */
const PATIENCE = 3_000;

/**
 * Sends an app of `engine` requests, several at a time, for as long as `during` takes; expects that none failed, waited,
 * or saw a flag change midway.
 */
export async function untouched(engine: Engine<any>, during: () => Promise<unknown>): Promise<Requests> {
  const requests = await steadyRequests(engine, during);
  expect(requests.wrong).toEqual([]);
  expect(requests.slowest).toBeLessThan(PATIENCE);
  expect(requests.answered).toBeGreaterThanOrEqual(AT_ONCE);
  return requests;
}

async function steadyRequests(engine: Engine<any>, during: () => Promise<unknown>): Promise<Requests> {
  const checks: number[] = [];
  const server = appOf(engine, checks).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });

  const wrong: string[] = [];
  const served = new Set<string>();
  let [answered, slowest, over] = [0, 0, false];
  async function client(): Promise<void> {
    do {
      const start = performance.now();
      try {
        const { status, body } = await ask(port, agent);
        const said = JSON.parse(body);
        if (status !== 200 || said.wrong.length > 0) wrong.push(`${status} ${body}`);
        served.add(said.A);
      } catch (error) {
        wrong.push(String(error));
      }
      answered += 1;
      slowest = Math.max(slowest, performance.now() - start);
    } while (!over);
  }
  const clients = Array.from({ length: AT_ONCE }, client);
  try {
    await during();
  } finally {
    over = true;
    await Promise.all(clients);
    agent.destroy();
    server.close();
  }
  checks.sort((a, b) => a - b);
  return { answered, wrong, slowest, p99: checks[Math.floor(checks.length * 0.99)]!, served: [...served] };
}

/** Says of each request whether it waited, and whether all its flags are those that stood when it first asked for one. */
function appOf(engine: Engine<any>, checks: number[]) {
  const app = express();
  app.use((_req, res, next) => {
    res.locals.waited = false;
    queueMicrotask(() => (res.locals.waited = true));
    next();
  });
  app.use(gatekeeper(engine));
  app.get('/', async (req, res) => {
    const wrong = res.locals.waited ? ['it waited'] : [];
    const A = req.gk.ffVariant('A' as never);
    const stood = engine.for({ user: { id: 1 } }).all();
    await sleep(1 + Math.random() * 20);
    if (!isDeepStrictEqual(req.gk.all(), stood)) wrong.push('a flag changed midway');
    for (let i = 0; i < CHECKS; i++) {
      const start = performance.now();
      engine.for({ user: { id: i } }).ffVariant('A' as never);
      checks.push(1_000 * (performance.now() - start));
    }
    res.json({ A, wrong });
  });
  return app;
}

async function ask(port: number, agent: Agent): Promise<{ status: number; body: string }> {
  const sent = get({ port, host: '127.0.0.1', agent });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += chunk;
  return { status: answer.statusCode!, body };
}
