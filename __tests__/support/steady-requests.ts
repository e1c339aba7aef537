import express from 'express';
import type { Engine } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of requests: `wrong` are those that failed, or saw a flag change midway. */
export interface Requests {
  readonly answered: number;
  readonly wrong: readonly string[];
  /** The longest that one took, in milliseconds. */
  readonly slowest: number;
  /** The 99th percentile of the milliseconds that two hundred decisions take. */
  readonly p99: number;
  /** Each variant of flag A that was served, in the order in which it first was. */
  readonly served: readonly string[];
}

const DECISIONS = 200;
const AT_ONCE = 4;

/** Sends an app of `engine` requests, several at a time, for as long as `during` takes, and says what became of them. */
export async function steadyRequests(engine: Engine<any>, during: () => Promise<unknown>): Promise<Requests> {
  const evaluations: number[] = [];
  const app = express();
  app.use(gatekeeper(engine));
  app.get('/', async (req, res) => {
    const before = req.gk.all();
    await sleep(1 + Math.random() * 20);
    const start = performance.now();
    for (let i = 0; i < DECISIONS; i++) engine.for({ user: { id: i } }).ffVariant('A' as never);
    evaluations.push(performance.now() - start);
    res.json([before, req.gk.all()]);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });

  const wrong: string[] = [];
  const served = new Set<string>();
  let [answered, slowest, over] = [0, 0, false];
  async function client(): Promise<void> {
    while (!over) {
      const start = performance.now();
      try {
        const { status, body } = await ask(port, agent);
        const [before, after] = JSON.parse(body);
        if (status !== 200 || JSON.stringify(before) !== JSON.stringify(after)) wrong.push(`${status} ${body}`);
        served.add(before.A);
      } catch (error) {
        wrong.push(String(error));
      }
      answered += 1;
      slowest = Math.max(slowest, performance.now() - start);
    }
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
  evaluations.sort((a, b) => a - b);
  const p99 = evaluations[Math.floor(evaluations.length * 0.99)]!;
  return { answered, wrong, slowest, p99, served: [...served] };
}

async function ask(port: number, agent: Agent): Promise<{ status: number; body: string }> {
  const sent = get({ port, host: '127.0.0.1', agent });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += chunk;
  return { status: answer.statusCode!, body };
}
