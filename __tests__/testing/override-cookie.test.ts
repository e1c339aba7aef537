import express from 'express';
import { createEngine } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { overrideCookie } from 'gatekeeper-flags/testing';
import request from 'supertest';
import { BY, configOf, toggle } from '../support/config';

const SECRET = 'a secret of at least 32 characters';
const flags = () => ({ CHECKOUT: toggle(), 'naïve ; name=': toggle() });

/** What an app answers to a request with this `Cookie` header. */
async function served(engine: ReturnType<typeof engineWith>, cookie: string) {
  const app = express();
  app.use(gatekeeper(engine));
  app.get('/', (req, res) => void res.json(req.gk.all()));
  return (await request(app).get('/').set('Cookie', cookie)).body as object;
}
const engineWith = (options = {}) => createEngine(configOf(flags(), options));

test('a plain cookie overrides in an app under test', async () => {
  const { header } = overrideCookie({ CHECKOUT: 'ON', 'naïve ; name=': 'ON' });
  expect(await served(engineWith(), header)).toEqual({ CHECKOUT: 'ON', 'naïve ; name=': 'ON' });
  expect(await served(engineWith(), `theme=dark; ${header}; lang=en`)).toMatchObject({ CHECKOUT: 'ON' });
});

test('a plain cookie does nothing in production', async () => {
  const engine = engineWith({ env: { NODE_ENV: 'production' } });
  expect(await served(engine, overrideCookie({ CHECKOUT: 'ON' }).header)).toMatchObject({ CHECKOUT: 'OFF' });
  expect(engine.stats().refusedOverrides).toEqual({ unsigned: 1 });
});

describe('with an engine', () => {
  const production = { env: { NODE_ENV: 'production' }, secret: SECRET, environment: 'production' };

  test('the cookie is signed as that engine signs', async () => {
    const engine = engineWith(production);
    const cookie = overrideCookie({ CHECKOUT: 'ON' }, engine);
    expect(cookie.value).not.toContain('CHECKOUT');
    expect(await served(engine, cookie.header)).toMatchObject({ CHECKOUT: 'ON' });
    expect(await served(engineWith(production), cookie.header)).toMatchObject({ CHECKOUT: 'ON' });
    expect(await served(engineWith({ ...production, environment: 'staging' }), cookie.header)).toMatchObject({
      CHECKOUT: 'OFF',
    });
  });

  test('the cookie ends with a revocation', async () => {
    const engine = engineWith(production);
    const { header } = overrideCookie({ CHECKOUT: 'ON' }, engine);
    await engine.live.revokeOverrides(BY);
    expect(await served(engine, header)).toMatchObject({ CHECKOUT: 'OFF' });
    expect(await served(engine, overrideCookie({ CHECKOUT: 'ON' }, engine).header)).toMatchObject({ CHECKOUT: 'ON' });
  });

  test("the cookie has that engine's name", async () => {
    const engine = engineWith({ overrides: { cookie: 'flags' } });
    const cookie = overrideCookie({ CHECKOUT: 'ON' }, engine);
    expect(cookie.name).toBe('flags');
    expect(await served(engine, cookie.header)).toMatchObject({ CHECKOUT: 'ON' });
  });

  test('a production engine without a secret cannot make one', () => {
    const engine = engineWith({ env: { NODE_ENV: 'production' } });
    expect(() => overrideCookie({ CHECKOUT: 'ON' }, engine)).toThrow(
      expect.objectContaining({ code: 'override-refused' }),
    );
  });
});

test('the parts are what Playwright and supertest take', () => {
  const cookie = overrideCookie({ CHECKOUT: 'ON' });
  const { name, value } = cookie;
  expect(cookie.header).toBe(`${name}=${value}`);
  expect(JSON.parse(decodeURIComponent(value))).toEqual({ CHECKOUT: 'ON' });
  expect({ ...cookie, url: 'http://localhost' }).toEqual({ name: 'gatekeeper', value, url: 'http://localhost' });
});
