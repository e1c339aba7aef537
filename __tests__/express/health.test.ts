import type { Engine, Options } from 'gatekeeper-flags';
import { health } from 'gatekeeper-flags/express';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { setImmediate as turn } from 'node:timers/promises';
import request from 'supertest';
import { BY, engineOf, toggle } from '../support/config';
import { expresses } from '../support/http-express';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const made: Engine<any>[] = [];
afterEach(() => Promise.all(made.splice(0).map((engine) => engine.close())));

/** An engine over a store that can be told to fail, and another engine that writes to the same one. */
function setUp({ message, ...options }: Options & { message?: string } = {}) {
  const kept = memoryStore();
  const failing = { message };
  const store = {
    ...kept,
    read: async () => {
      if (failing.message !== undefined) throw new Error(failing.message);
      return kept.read();
    },
  };
  const flags = { CHECKOUT: toggle() };
  const engine = engineOf(flags, { store: () => store, now: () => NOW, readyTimeout: 50, ...options });
  const elsewhere = engineOf({ ...flags, BANNER: toggle() }, { store: () => kept });
  made.push(engine, elsewhere);
  return { engine, elsewhere, failing };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

describe.each(expresses)('health on $version', ({ express }) => {
  const ask = (engine: Engine<any>, options?: Parameters<typeof health>[1]) =>
    request(express().get('/health', health(engine, options))).get('/health');

  test('is 200 where live state is fresh, and not kept by any cache', async () => {
    const { engine, elsewhere } = setUp();
    await Promise.all([engine.ready, elsewhere.ready]);
    await elsewhere.live.kill('BANNER', BY);
    await engine.live.kill('CHECKOUT', BY);
    const { body, headers } = await ask(engine).expect(200);
    expect(body).toEqual({
      ...{ status: 'fresh', store: 'memory', revision: 2, since: '2026-11-21T09:00:00.000Z' },
      ...{ ignored: ['BANNER'], unstoredKills: [] },
    });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
    await request(express().get('/health', health(engine)))
      .head('/health')
      .expect(200);
  });

  test('is 503 where it is stale, or what is asked for; and says since when, and what it serves', async () => {
    const { engine, elsewhere, failing } = setUp();
    await Promise.all([engine.ready, elsewhere.ready]);
    await engine.live.pin('CHECKOUT', 'ON', BY);
    failing.message = 'connect ECONNREFUSED 127.0.0.1:5432';
    await elsewhere.live.kill('CHECKOUT', BY);
    await until(() => engine.status().state === 'stale');
    const { body } = await ask(engine).expect(503);
    expect(body).toMatchObject({
      ...{ status: 'stale', revision: 1, since: '2026-11-21T09:00:00.000Z' },
      problem: 'connect ECONNREFUSED 127.0.0.1:5432',
    });
    await ask(engine, { staleStatus: 200 }).expect(200, body);
  });

  test('is 503 until live state was first read, whatever stale is answered with', async () => {
    const { engine } = setUp({ message: 'down' });
    await engine.ready;
    const { body } = await ask(engine, { staleStatus: 200 }).expect(503);
    expect(body).toMatchObject({ status: 'never-loaded', revision: 0, since: null, problem: 'down' });
  });

  test('tells kills that are obeyed but not stored', async () => {
    const kept = memoryStore();
    const refuses = { ...kept, write: () => Promise.reject(new Error('read-only')) };
    const { engine } = setUp({ store: () => refuses });
    await engine.ready;
    await expect(engine.live.kill('CHECKOUT', BY)).rejects.toMatchObject({ appliedLocally: true });
    const { body } = await ask(engine).expect(200);
    expect(body.unstoredKills).toEqual(['CHECKOUT']);
  });

  test('keeps passwords and stacks to itself', async () => {
    const message = `no route to redis://app:se/cr@et@10.0.0.5:6379 ${'x'.repeat(500)}\n    at connect (/srv/app.js:1:1)`;
    const { engine } = setUp({ message });
    await engine.ready;
    const { text } = await ask(engine).expect(503);
    expect(text).toContain('no route to redis:');
    expect(text).not.toMatch(/se.cr|et@|srv/);
    expect(text.length).toBeLessThan(600);
  });
});
