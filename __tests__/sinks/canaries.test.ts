import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import express from 'express';
import Database from 'libsql';
import { Pool } from 'pg';
import request from 'supertest';
import { createEngine, defineConfig } from 'gatekeeper-flags';
import { Experiment, conversion, errorRate, latency } from 'gatekeeper-flags/experiments';
import { gatekeeper } from 'gatekeeper-flags/express';
import { openTelemetrySink } from 'gatekeeper-flags/sinks/opentelemetry';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import type { Sink } from '../../src/sinks/sink';
import { postgresServer } from '../support/postgres';

const postgres = postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-canaries-'));
afterAll(() => rmSync(folder, { recursive: true }));

class CheckoutTest extends Experiment {
  readonly description = 'One page';
  readonly hypothesis = 'Fewer steps, more orders';
  readonly variants = { CONTROL: 'CONTROL', ONE_PAGE: 'ONE_PAGE' };
  readonly off = 'CONTROL';
  readonly starts = '2026-01-01';
  readonly arms = { CONTROL: 50, ONE_PAGE: 50 };
  readonly primary = conversion('purchase');
  override readonly secondary = [errorRate()];
  override readonly minimumDetectableEffect = '5%';
  override readonly exposureProperties = ['plan', 'address'];
  override readonly guardrails = [errorRate().above('20%'), latency('p95').above('2x')];
}

/** Makes an app with everything planted in it, uses it, and closes it. */
async function use(sink: Sink): Promise<void> {
  const config = defineConfig({
    flags: { CHECKOUT: new CheckoutTest() },
    sink: () => sink,
    logger: { warn() {}, error() {} },
    user: (req) => ({
      id: req.query.id,
      plan: 'growth',
      email: 'CANARY@mail.example',
      name: 'CANARY name',
      address: { street: 'CANARY street' },
    }),
    groups: () => ({ company: { id: 'CANARY company', name: 'CANARY Ltd' } }),
  } as Parameters<typeof defineConfig>[0]);
  const engine = createEngine(config);
  const app = express().use(gatekeeper(engine as never));
  app.get('/checkout', (req, res) => {
    const gk = req.gk as unknown as {
      ff(flag: string, variant: string): boolean;
      track(metric: string, options?: object): void;
    };
    gk.ff('CHECKOUT', 'ONE_PAGE');
    gk.track('purchase', { value: 3, note: 'CANARY note' });
    res.status(Number(req.query.id) % 3 ? 200 : 500).send('CANARY answer');
  });
  for (let id = 1; id < 12; id += 1)
    await request(app)
      .get(`/checkout?id=${id}&q=CANARY-query`)
      .set({ Cookie: 'session=CANARY-cookie', 'User-Agent': 'CANARY-agent', 'X-Forwarded-For': '203.0.113.7' });
  await engine.close();
}

function expectNoCanary(kept: string): void {
  expect(kept).toContain('CHECKOUT');
  expect(kept).toContain('growth'); // is listed
  expect(kept).not.toMatch(/CANARY/i);
  expect(kept).not.toContain('203.0.113.7');
}

test('SQLite: nothing but what is listed is in the file', async () => {
  const database = new Database(join(folder, 'canaries.sqlite'));
  await use(sqliteSink({ database }));
  const kept = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join();
  database.close();
  expect(kept).toContain('$failed');
  expectNoCanary(kept);
});

test('PostgreSQL: nothing but what is listed is in the tables', async () => {
  const pool = new Pool({ connectionString: await postgres.freshUrl() });
  await use(postgresSink({ pool }));
  const { rows: tables } = await pool.query('SELECT tablename FROM pg_tables WHERE schemaname = current_schema');
  const kept = await Promise.all(
    tables.map(async ({ tablename }) => (await pool.query(`SELECT * FROM ${tablename}`)).rows),
  );
  await pool.end();
  expect(kept.flat().length).toBeGreaterThan(20);
  expectNoCanary(JSON.stringify(kept));
});

test('OpenTelemetry: nothing but what is listed is sent', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  await use(openTelemetrySink({ logger: provider.getLogger('shop') }));
  const sent = exporter
    .getFinishedLogRecords()
    .map(({ eventName, body, attributes }) => ({ eventName, body, attributes }));
  expect(sent.length).toBeGreaterThan(11);
  expectNoCanary(JSON.stringify(sent));
});
