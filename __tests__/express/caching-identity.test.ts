import express, { type Request, type Response } from 'express';
import request from 'supertest';
import { FeatureFlag, createEngine, defineConfig, liveSegment, segment, type Rule } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';

enum V {
  OFF = 'OFF',
  ON = 'ON',
}
class ForAda extends FeatureFlag<V> {
  readonly description = 'for one user';
  readonly variants = V;
  readonly off = V.OFF;
  override readonly overrides = { ON: ['ada'] };
}
class Listed extends FeatureFlag<V> {
  readonly description = 'for visitors on two lists';
  readonly variants = V;
  readonly off = V.OFF;
  override readonly rules: Rule<V>[] = [
    { name: 'listed', when: segment('browsers', ['b'], { unit: 'visitor' }), serve: 'ON' },
    { name: 'live', when: liveSegment('live browsers', { unit: 'either' }), serve: 'ON' },
  ];
}

function appWith(handle: (req: Request, res: Response) => unknown) {
  const logger = { warn: jest.fn(), error: jest.fn() };
  const config = defineConfig({ flags: { FOR_ADA: new ForAda(), LISTED: new Listed() }, logger, env: {} });
  const app = express();
  app.use(gatekeeper(createEngine(config)));
  app.get('/', (req, res) => void handle(req, res));
  return app;
}

test("somebody else's flag makes a response private, too", async () => {
  const app = appWith((req, res) => {
    res.set('Cache-Control', 'public, max-age=60');
    res.send((req.gk as any).forUser({ id: 'ada' }).ffVariant('FOR_ADA'));
  });
  const { headers, text } = await request(app).get('/');
  expect(text).toBe('ON');
  expect(headers['cache-control']).toBe('private, max-age=60');
  expect(headers.vary).toMatch(/Cookie/);
});

test('a cache key taken before identify covers nothing after it', async () => {
  const app = appWith((req, res) => {
    const gk = req.gk as any;
    const key = gk.cacheKey('FOR_ADA');
    gk.identify({ id: 'ada' });
    res.set({ 'Cache-Control': 'public', 'X-Key': key }).send(gk.ffVariant('FOR_ADA'));
  });
  expect((await request(app).get('/')).headers['cache-control']).toBe('private');
});

test('a cache key taken after identify covers its flags', async () => {
  const app = appWith((req, res) => {
    const gk = (req.gk as any).identify({ id: 'ada' });
    res.set({ 'Cache-Control': 'public', 'X-Key': gk.cacheKey('FOR_ADA') }).send(gk.ffVariant('FOR_ADA'));
  });
  expect((await request(app).get('/')).headers['cache-control']).toBe('public');
});

test('nobody is given a visitor id to look it up in a list', async () => {
  const app = appWith((req, res) => res.send((req.gk as any).ffVariant('LISTED')));
  const { headers, text } = await request(app).get('/');
  expect(text).toBe('OFF');
  expect(headers['set-cookie']).toBeUndefined();
  const known = await request(app)
    .get('/')
    .set('Cookie', `gk_id=${'b'.repeat(22)}`);
  expect(known.text).toBe('OFF');
});
