import { Pool } from 'pg';
import { postgresSink } from 'gatekeeper-flags/sinks/postgres';
import { child } from '../support/child';
import { postgresServer } from '../support/postgres';

const postgres = postgresServer();
const UNITS = 50_000;

/** An app that exposes so many units at once, and closes its engine when it is told to end. */
const app = (url: string) => `
  const { createEngine, defineConfig } = require('gatekeeper-flags');
  const { Experiment, conversion } = require('gatekeeper-flags/experiments');
  const { postgresSink } = require('gatekeeper-flags/sinks/postgres');
  const { Pool } = require('pg');
  const pool = new Pool({ connectionString: ${JSON.stringify(url)} });
  pool.on('error', () => {});
  class Checkout extends Experiment {
    description = 'One page';
    hypothesis = 'Fewer steps, more orders';
    variants = { CONTROL: 'CONTROL', ONE_PAGE: 'ONE_PAGE' };
    off = 'CONTROL';
    starts = '2026-01-01';
    arms = { CONTROL: 50, ONE_PAGE: 50 };
    primary = conversion('purchase');
    minimumDetectableEffect = '5%';
  }
  const engine = createEngine(defineConfig({ flags: { CHECKOUT: new Checkout() }, sink: () => postgresSink({ pool }) }));
  process.once('SIGTERM', async () => {
    await engine.close({ timeout: 30000 });
    console.log(JSON.stringify(engine.stats().exposures));
    await pool.end();
    clearInterval(serving);
  });
  for (let id = 0; id < ${UNITS}; id += 1) {
    const gk = engine.for({ user: { id } });
    gk.ff('CHECKOUT', 'ONE_PAGE');
    if (id % 10 === 0) gk.track('purchase');
  }
  console.log(JSON.stringify(engine.stats().exposures));
  const serving = setInterval(() => {}, 1000);`;

test('SIGTERM while the queue is full: engine.close() writes it all, and the process ends', async () => {
  const url = await postgres.freshUrl();
  const process = child(app(url));
  const enqueued = UNITS + UNITS / 10;
  expect(await process.next()).toEqual({ enqueued, written: 0, dropped: 0, pending: enqueued });
  process.process.kill('SIGTERM');
  expect(await process.next()).toEqual({ enqueued, written: enqueued, dropped: 0, pending: 0 });
  expect(await process.gone).toBe(0);
  const pool = new Pool({ connectionString: url });
  const { units, sums } = await postgresSink({ pool }).results!.recompute('CHECKOUT');
  await pool.end();
  expect(units.reduce((sum, row) => sum + row.units, 0)).toBe(UNITS);
  expect(sums.reduce((sum, row) => sum + row.units, 0)).toBe(UNITS / 10);
});

test('SIGTERM while the server is gone: close gives up in its time, and says what was dropped', async () => {
  const script = app('postgres://postgres@127.0.0.1:9/none').replace('timeout: 30000', 'timeout: 500');
  const process = child(script);
  const { enqueued } = await process.next();
  process.process.kill('SIGTERM');
  expect(await process.next()).toEqual({ enqueued, written: 0, dropped: enqueued, pending: 0 });
  process.process.kill('SIGKILL');
  await process.gone;
});

test('SIGTERM while a sink hangs that keeps nothing open: close ends in its time all the same, and says what was dropped', async () => {
  const process = child(`
    const { createEngine, defineConfig } = require('gatekeeper-flags');
    const { Experiment, conversion } = require('gatekeeper-flags/experiments');
    class Checkout extends Experiment {
      description = 'One page';
      hypothesis = 'Fewer steps, more orders';
      variants = { CONTROL: 'CONTROL', ONE_PAGE: 'ONE_PAGE' };
      off = 'CONTROL';
      starts = '2026-01-01';
      arms = { CONTROL: 50, ONE_PAGE: 50 };
      primary = conversion('purchase');
      minimumDetectableEffect = '5%';
    }
    const never = () => new Promise(() => {});
    const sink = () => ({ kind: 'silent', write: never, close: never });
    const engine = createEngine(defineConfig({ flags: { CHECKOUT: new Checkout() }, sink }));
    engine.for({ user: { id: 1 } }).ff('CHECKOUT', 'ONE_PAGE');
    const serving = setInterval(() => {}, 1000);
    process.once('SIGTERM', async () => {
      clearInterval(serving);
      await engine.close({ timeout: 500 });
      console.log(JSON.stringify(engine.stats().exposures));
    });
    console.log(JSON.stringify('ready'));`);
  expect(await process.next()).toBe('ready');
  process.process.kill('SIGTERM');
  expect(await process.next()).toEqual({ enqueued: 1, written: 0, dropped: 1, pending: 0 });
  expect(await process.gone).toBe(0);
});
