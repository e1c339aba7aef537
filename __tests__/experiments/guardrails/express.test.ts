import express from 'express';
import { ramp, type Engine, type Guardrail, type Rule } from 'gatekeeper-flags';
import { errorRate, guardrailReadings, latency, mean, type Trip } from 'gatekeeper-flags/experiments';
import { gatekeeper } from 'gatekeeper-flags/express';
import { Agent, get } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { engineOf, toggle, type Toggle } from '../../support/config';
import { until } from '../../support/fragile-store';
import { listening } from '../../support/http-express';
import { SIGNED } from '../../support/http-flags';
import { setTimeout as sleep } from 'node:timers/promises';

const rules: Rule<Toggle>[] = [{ name: 'half', rollout: 50, serve: 'ON' }];

function engineWith(guardrails: readonly Guardrail[], of: Partial<Rule<Toggle>> = {}) {
  return engineOf(
    { CHECKOUT: toggle({ rules: [{ ...rules[0]!, ...of } as Rule<Toggle>], guardrails }) },
    { user: ({ headers }) => ({ id: headers['x-user'] as string }) },
  );
}

/** A checkout whose new variant is made by `on`. */
function checkout(engine: Engine<any>, on: express.RequestHandler) {
  const app = express();
  app.use(gatekeeper(engine));
  app.get('/', (_req, res) => void res.send('home'));
  app.get('/checkout', (req, res, next) =>
    (req as any).gk.ff('CHECKOUT', 'ON') ? on(req, res, next) : void res.send('old'),
  );
  app.use((_error: unknown, _req: unknown, res: express.Response, _next: unknown) => void res.status(500).end());
  return app;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
afterAll(() => agent.destroy());

async function visit(origin: string, user: number, path = '/checkout'): Promise<number> {
  const sent = get(`${origin}${path}`, { agent, headers: { 'x-user': `${user}` } });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode!;
}

/** Users come, one after the other, until the flag is killed; gives how many milliseconds that took. */
async function untilKilled(engine: Engine<any>, origin: string, most = 15_000): Promise<number> {
  const began = performance.now();
  for (let user = 0; performance.now() - began < most; user++) {
    await visit(origin, user % 500);
    if (engine.live.state.flags.get('CHECKOUT')?.killed !== undefined) return performance.now() - began;
    if (user % 50 === 0) await sleep(20);
  }
  throw new Error(`not killed in ${most} ms`);
}

const broken: express.RequestHandler = () => {
  throw new Error('payments are broken');
};

test('a variant that breaks is killed by itself within seconds, and everybody gets the old one again', async () => {
  const trips: Trip[] = [];
  const engine = engineWith([
    errorRate()
      .above('2x')
      .onTrip((trip) => trips.push(trip)),
  ]);
  await listening(checkout(engine, broken), async (origin) => {
    const took = await untilKilled(engine, origin);
    expect(took).toBeLessThan(20_000);
    expect(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((user) => visit(origin, user)))).toEqual(Array(8).fill(200));
  });
  expect(trips).toMatchObject([{ flag: 'CHECKOUT', rule: 'half', action: 'kill' }]);
  await engine.close();
});

test('one that takes a second longer, too', async () => {
  const engine = engineWith([latency('p95').above('+300ms')]);
  const slow: express.RequestHandler = (_req, res) => void setTimeout(() => res.send('new'), 400);
  await listening(checkout(engine, slow), async (origin) => {
    const before = Array.from({ length: 2_000 }, (_, user) => user);
    const began = performance.now();
    const all = new Agent({ keepAlive: true, maxSockets: 100 });
    const isKilled = () => engine.live.state.flags.get('CHECKOUT')?.killed !== undefined;
    while (!isKilled() && performance.now() - began < 20_000)
      await Promise.all(
        before.splice(0, 100).map(async (user) => {
          const sent = get(`${origin}/checkout`, { agent: all, headers: { 'x-user': `${user}` } });
          const [answer] = (await once(sent, 'response')) as [IncomingMessage];
          answer.resume();
          await once(answer, 'end');
        }),
      );
    all.destroy();
    expect(isKilled()).toBe(true);
  });
  await engine.close();
});

test('requests in which the flag was not checked are nobody of its business', async () => {
  const engine = engineWith([errorRate().above('2x')]);
  const app = checkout(engine, (_req, res) => void res.send('new'));
  app.get('/broken', (_req, res) => void res.status(500).end());
  await listening(app, async (origin) => {
    for (let user = 0; user < 100; user++) await visit(origin, user, '/broken');
    for (let user = 0; user < 250; user++) await visit(origin, user);
  });
  const before = await guardrailReadings(engine, 'CHECKOUT');
  expect(before[0]!.treatment.unitsWith).toBe(0);
  await engine.close();
});

test('nor are those of somebody who has chosen the variant in the browser', async () => {
  const engine = engineWith([errorRate().above('2x')]);
  const cookie = `gatekeeper=${encodeURIComponent('{"CHECKOUT":"ON"}')}`;
  await listening(checkout(engine, broken), async (origin) => {
    for (let user = 0; user < 50; user++) {
      const answer = await fetch(`${origin}/checkout`, { headers: { 'x-user': `${user}`, cookie } });
      expect(answer.status).toBe(500);
    }
  });
  expect(engine.stats().exposures).toMatchObject({ enqueued: 0 });
  await engine.close();
});

test('nor are those of somebody who keeps what a visitor had before the login', async () => {
  const engine = engineOf(
    {
      CHECKOUT: toggle({
        unit: 'either',
        sticky: true,
        rules: [{ name: 'halves', split: { ON: 50, OFF: 50 } }],
        guardrails: [errorRate().above('2x')],
      }),
    },
    { ...SIGNED, user: ({ headers }) => ({ id: headers['x-user'] as string }) },
  );
  const app = express();
  app.use(gatekeeper(engine));
  app.get('/', (req, res) => void res.status(500).send((req as any).gk.explain('CHECKOUT').reason));
  await listening(app, async (origin) => {
    const before = await fetch(origin);
    expect(await before.text()).toBe('split');
    const enqueued = engine.stats().exposures!.enqueued;
    expect(enqueued).toBeGreaterThan(0);
    const cookie = before.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const after = await fetch(origin, { headers: { 'x-user': '7', cookie } });
    expect(await after.text()).toBe('sticky');
    expect(engine.stats().exposures!.enqueued).toBe(enqueued);
  });
  await engine.close();
});

test('a login later in the request hides nothing of what was decided before it', async () => {
  const engine = engineOf(
    { CHECKOUT: toggle({ unit: 'visitor', rules, guardrails: [errorRate().above('2x')] }) },
    { visitor: { consent: () => true } },
  );
  const app = express()
    .use(gatekeeper(engine))
    .get('/', (req, res) => {
      const on = (req as any).gk.ff('CHECKOUT', 'ON');
      (req as any).gk.identify({ id: 3 });
      res.status(on ? 500 : 200).end();
    });
  await listening(app, async (origin) => {
    await until(async () => {
      await Promise.all(Array.from({ length: 8 }, () => fetch(origin).then((answer) => answer.text())));
      return engine.live.state.flags.get('CHECKOUT')?.killed !== undefined;
    }, 20_000);
  });
  await engine.close();
});

test('what is tracked in requests', async () => {
  const engine = engineWith([mean('revenue').below('-5%')]);
  const app = express();
  app.use(gatekeeper(engine));
  app.get('/checkout', (req, res) => {
    const { gk } = req as any;
    if (!gk.ff('CHECKOUT', 'ON')) gk.track('revenue', { value: 20 });
    res.send('bought');
  });
  await listening(app, async (origin) => {
    expect(await untilKilled(engine, origin)).toBeLessThan(20_000);
  });
  await engine.close();
});

test('a ramp goes on by itself, while requests come', async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const rollout = ramp(minutesAgo(2), [[20, '1m'], [60]]);
  const engine = engineWith([errorRate().above('2x')], { rollout });
  await listening(
    checkout(engine, (_req, res) => void res.send('new')),
    async (origin) => {
      const moved = new Promise((resolve) => engine.onChange(resolve));
      for (let user = 0; user < 800; user++) await visit(origin, user);
      expect(await moved).toMatchObject({ action: 'approve-ramp', actor: 'guardrail', value: 60 });
    },
  );
  await engine.close();
});

test('one that never answers, too: whoever gives up has waited', async () => {
  const engine = engineWith([latency('p95').above('+100ms')]);
  await listening(
    checkout(engine, () => {}),
    async (origin) => {
      const impatient = new Agent({ keepAlive: true, maxSockets: 100 });
      const isKilled = () => engine.live.state.flags.get('CHECKOUT')?.killed !== undefined;
      const began = performance.now();
      for (let user = 0; !isKilled() && performance.now() - began < 20_000; user += 100)
        await Promise.all(
          Array.from({ length: 100 }, async (_, index) => {
            const sent = get(`${origin}/checkout`, { agent: impatient, headers: { 'x-user': `${user + index}` } });
            sent.setTimeout(250, () => sent.destroy());
            sent.on('response', (answer) => answer.resume());
            await once(sent, 'close').catch(() => {});
          }),
        );
      impatient.destroy();
      expect(isKilled()).toBe(true);
    },
  );
  await engine.close();
});
