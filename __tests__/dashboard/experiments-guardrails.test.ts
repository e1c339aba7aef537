import axe from 'axe-core';
import Ajv from 'ajv/dist/2020';
import express, { type Express } from 'express';
import type { Engine } from 'gatekeeper-flags';
import { errorRate, latency } from 'gatekeeper-flags/experiments';
import { gatekeeper } from 'gatekeeper-flags/express';
import type { Browser } from 'playwright-core';
import request from 'supertest';
import { launchChromium } from '../support/chromium';
import { engineOf, toggle } from '../support/config';
import { client, dashboardApp } from '../support/dashboard';
import { listening } from '../support/http-express';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

let engine: Engine<any>;
beforeEach(() => {
  const guarded = toggle({
    guardrails: [errorRate().above('2x'), latency('p95').above('+500ms'), errorRate().above('90%')],
    rules: [{ name: 'growth', rollout: 50, serve: 'ON' }],
  });
  const secret = 'a-secret-of-at-least-32-characters';
  engine = engineOf({ GUARDED: guarded, PLAIN: toggle() }, { environment: 'staging', secret });
});
afterEach(() => engine.close());

/** A shop beside its dashboard: whoever has the flag meets an error. */
function shop(): Express {
  const app = express().use(gatekeeper(engine) as never, dashboardApp(engine));
  return app.get('/shop/:id', (req, res) => {
    const isOn = (req as any).gk.identify({ id: req.params.id }).ff('GUARDED', 'ON');
    res.status(isOn ? 500 : 200).end();
  });
}

test('somebody who looks on sees the guardrail kill the flag, and why', async () => {
  const app = shop();
  await listening(app, async (origin) => {
    const context = await browser.newContext({
      extraHTTPHeaders: { 'x-role': 'operator' },
      viewport: { width: 390, height: 844 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${origin}/gatekeeper/flags/GUARDED`);
    const guardrails = page.getByRole('region', { name: 'Guardrails' });
    const first = guardrails.getByRole('listitem').filter({ hasText: 'request errors above 2x' });
    await first.getByText('Watching', { exact: true }).waitFor();
    await first.getByText('growth, 50').waitFor();
    await page.locator('#connection.on').waitFor();
    for (let n = 0; n < 60; n++) await request(origin).get(`/shop/visitor${n}`);
    await first.getByText('Tripped', { exact: true }).waitFor();
    await first.getByText(/\d+ of \d+ units with a failed request/).waitFor();
    await page.getByRole('region', { name: 'For everybody' }).getByText('Off.').waitFor();
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await context.close();
  });
}, 60_000);

test('the API has them, as documented; a flag without any has none', async () => {
  const viewer = client(dashboardApp(engine), 'viewer');
  const { body } = await viewer.get('/api/flags/GUARDED').expect(200);
  expect(body.guardrails.map(({ name, rule, state }: any) => [name, rule, state])).toEqual([
    ['request errors above 2x', 'growth', 'watching'],
    ['request latency, p95 above +500ms', 'growth', 'watching'],
    ['request errors above 90%', '', 'watching'],
  ]);
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addSchema((await viewer.get('/api/openapi.json')).body, 'api');
  const check = ajv.getSchema('api#/components/schemas/Flag')!;
  expect(check(body) ? [] : check.errors).toEqual([]);
  expect((await viewer.get('/api/flags/PLAIN').expect(200)).body).not.toHaveProperty('guardrails');
});
