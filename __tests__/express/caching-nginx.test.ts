import express, { type Express } from 'express';
import { P } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { engineOf, toggle } from '../support/config';
import { startNginx } from '../support/nginx';

const flags = {
  /** For user ada alone. */
  SECRET_MENU: toggle({ rules: [{ name: 'ada', when: { user: { id: 'ada' } }, serve: 'ON' }] }),
  LAYOUT: toggle({ rules: [{ name: 'a to m', when: { user: { id: P.string.regex(/^[a-m]/) } }, serve: 'ON' }] }),
  HERO: toggle({ unit: 'visitor', rules: [{ name: 'halves', split: { ON: 50, OFF: 50 } }] }),
};

/** A shop that says of every page that all may keep it, and shows who it was made for. */
function shop(caching: 'protect' | 'off'): Express {
  const engine = engineOf(flags, { caching, user: (req) => ({ id: /user=(\w+)/.exec(req.headers.cookie)?.[1] }) });
  const app = express().use(gatekeeper(engine));
  let made = 0;
  const page = (text: string) => `page ${++made}: ${text}`;
  const menu = (req: express.Request) => (req.gk.ff('SECRET_MENU', 'ON') ? 'secret menu' : 'menu');

  app.use((_req, res, next) => {
    res.set('Cache-Control', 'public, max-age=60');
    next();
  });
  app.get('/without-flags', (_req, res) => void res.send(page('menu')));
  app.get('/menu', (req, res) => void res.send(page(menu(req))));
  app.get('/written', (req, res) => {
    const text = menu(req);
    res.writeHead(200, {
      'Cache-Control': 'public, s-maxage=60',
      Expires: new Date(Date.now() + 60_000).toUTCString(),
    });
    res.end(page(text));
  });
  app.get('/accelerated', (req, res) => {
    const text = menu(req);
    res.set('X-Accel-Expires', '60').send(page(text));
  });
  app.get('/streamed', (req, res) => {
    const text = menu(req);
    res.write(page(''));
    res.end(text);
  });
  app.get('/hero', (req, res) => void res.send(page(req.gk.ffVariant('HERO'))));

  // The page cache asks for the key first, and then keeps one page for each.
  app.get('/key', (req, res) => void res.set('X-Key', req.gk.cacheKey('LAYOUT')).end());
  app.get('/keyed', (req, res) => {
    req.gk.cacheKey('LAYOUT');
    res.send(page(req.gk.ffVariant('LAYOUT')));
  });
  return app;
}

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

/** The shop behind nginx; the origin of nginx. */
async function behindNginx(caching: 'protect' | 'off' = 'protect'): Promise<string> {
  const server = createServer(shop(caching));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return startNginx(`
    proxy_cache_valid any 1m;
    location / { proxy_pass ${upstream}; }
    location = /keyed {
      auth_request /key;
      auth_request_set $variants $upstream_http_x_key;
      proxy_cache_key "$request_uri $variants";
      proxy_pass ${upstream};
    }
    location = /key {
      internal;
      proxy_cache off;
      proxy_pass ${upstream};
    }`);
}

async function get(url: string, cookie = '') {
  const answer = await fetch(url, { headers: { cookie } });
  const cached = answer.headers.get('x-cache');
  return { cached, text: await answer.text(), cookies: answer.headers.getSetCookie() };
}

const [ADA, BOB] = ['user=ada', 'user=bob'];
const USERS_PAGES = ['/menu', '/written', '/accelerated', '/streamed'];

describe('behind nginx with a page cache', () => {
  let origin: string;
  beforeAll(async () => {
    origin = await behindNginx();
  });

  test('a page without flags is kept for everybody', async () => {
    expect(await get(`${origin}/without-flags`, ADA)).toMatchObject({ cached: 'MISS', text: 'page 1: menu' });
    expect(await get(`${origin}/without-flags`, BOB)).toMatchObject({ cached: 'HIT', text: 'page 1: menu' });
  });

  test.each(USERS_PAGES)('%s of one user never gets to another', async (path) => {
    for (const turn of ['first', 'again'])
      for (const [cookie, text] of [
        [ADA, /: secret menu$/],
        [BOB, /: menu$/],
        ['', /: menu$/],
      ] as const)
        expect({ turn, ...(await get(origin + path, cookie)) }).toMatchObject({
          cached: 'MISS',
          text: expect.stringMatching(text),
        });
  });

  test('neither does a visitor id, nor what was decided by it', async () => {
    const ids = new Set<string>();
    for (let visitor = 0; visitor < 8; visitor++) {
      const { cached, cookies } = await get(`${origin}/hero`);
      expect(cached).toBe('MISS');
      ids.add(cookies[0]!);
    }
    expect(ids.size).toBe(8);
  });

  test('a page keyed by cacheKey is kept once for all who get the same variants', async () => {
    const page = (user: string) => get(`${origin}/keyed`, `user=${user}`);
    const [on, off] = [await page('ada'), await page('zoe')];
    expect([on, off]).toMatchObject([
      { cached: 'MISS', text: expect.stringMatching(/: ON$/) },
      { cached: 'MISS', text: expect.stringMatching(/: OFF$/) },
    ]);
    expect(await page('bob')).toMatchObject({ cached: 'HIT', text: on.text });
    expect(await page('xaver')).toMatchObject({ cached: 'HIT', text: off.text });
  });
});

describe('behind the same nginx, without the protection', () => {
  let origin: string;
  beforeAll(async () => {
    origin = await behindNginx('off');
  });

  test.each(USERS_PAGES)('%s of one user gets to another', async (path) => {
    await get(origin + path, ADA);
    expect(await get(origin + path, BOB)).toMatchObject({
      cached: 'HIT',
      text: expect.stringMatching(/: secret menu$/),
    });
  });
});
