import { currentGatekeeper, GatekeeperError } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { expresses, listening } from '../support/http-express';
import { appWith, engineWith } from '../support/http-flags';

/** A service that knows nothing of requests, some awaits away from one. */
async function priceService(): Promise<string | undefined> {
  await delay(Math.random() * 3);
  await new Promise((resolve) => process.nextTick(resolve));
  return currentGatekeeper()?.ffVariant('STAFF_TOOLS');
}

describe('currentGatekeeper()', () => {
  test('says how to switch it on, where no config has', () => {
    expect(() => currentGatekeeper()).toThrow(GatekeeperError);
    expect(() => currentGatekeeper()).toThrow(/asyncContext: true in defineConfig/);
    gatekeeper(engineWith().engine);
    expect(() => currentGatekeeper()).toThrow(/asyncContext: true/);
  });

  describe.each(expresses)('on $version', ({ express }) => {
    test("is the request's own, deep in a service and with many requests at once", async () => {
      const app = appWith(engineWith({ asyncContext: true }).engine, express);
      app.get('/price', (req, res, next) => {
        priceService().then((price) => res.json([price, currentGatekeeper() === req.gk]), next);
      });
      await listening(app, async (origin) => {
        const ask = async (user: string) => (await fetch(`${origin}/price`, { headers: { 'x-user': user } })).json();
        const users = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'staff' : `customer-${i}`));
        expect(await Promise.all(users.map(ask))).toEqual(users.map((user) => [user === 'staff' ? 'ON' : 'OFF', true]));
      });
    });

    test('outlives a body parser that comes later', async () => {
      const app = appWith(engineWith({ asyncContext: true }).engine, express);
      app.post('/order', express.json(), (req, res, next) => {
        priceService().then((price) => res.json([price, req.body, currentGatekeeper() === req.gk]), next);
      });
      const { body } = await request(app).post('/order').set('x-user', 'staff').send({ item: 1 });
      expect(body).toEqual(['ON', { item: 1 }, true]);
    });

    test('is undefined outside a request, and in the requests of an app that does not have it switched on', async () => {
      gatekeeper(engineWith({ asyncContext: true }).engine);
      expect(currentGatekeeper()).toBeUndefined();
      const app = appWith(engineWith().engine, express);
      app.get('/price', (_req, res) => void res.json({ found: currentGatekeeper() !== undefined }));
      expect((await request(app).get('/price')).body).toEqual({ found: false });
    });
  });
});
