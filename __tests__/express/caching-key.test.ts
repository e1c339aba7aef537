import type { Request, Response } from 'express';
import type { Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { engineOf, recorder, toggle } from '../support/config';
import { expresses } from '../support/http-express';
import { cookieOf, setCookies, SIGNED } from '../support/http-flags';

const SHARED = 'public, max-age=60';
const growth = { name: 'growth', when: { user: { plan: 'growth' } }, serve: 'ON' } as const;
const flags = {
  LAYOUT: toggle({ rules: [growth] }),
  BANNER: toggle({ rules: [growth] }),
  HERO: toggle({ unit: 'visitor', rules: [{ name: 'halves', split: { ON: 50, OFF: 50 } }] }),
  GREETING: toggle({ unit: 'either', sticky: true, rules: [{ name: 'halves', split: { ON: 50, OFF: 50 } }] }),
  PLAIN: toggle(),
  NEEDS_LAYOUT: toggle({ requires: [{ flag: 'LAYOUT', variant: 'ON' }], rules: [{ name: 'all', serve: 'ON' }] }),
};
type Handle = (req: Request, res: Response) => unknown;

describe.each(expresses)('a page cache keyed by cacheKey, on $version', ({ express }) => {
  function appWith(handle: Handle, options: Options = {}) {
    const { logger, warnings } = recorder();
    const user: Options['user'] = ({ headers }) => ({ id: headers['x-user'], plan: headers['x-plan'] });
    const engine = engineOf(flags, { user, logger, ...SIGNED, ...options });
    const app = express();
    app.use(gatekeeper(engine));
    app.get('/', (req, res) => {
      res.set('Cache-Control', SHARED);
      handle(req, res);
      res.send('page');
    });
    return { app, warnings };
  }
  const answerTo = async (handle: Handle) => {
    const { app, warnings } = appWith(handle);
    const { headers } = await request(app).get('/').set({ 'x-user': 'ada', 'x-plan': 'growth' });
    return { cacheControl: headers['cache-control'], vary: headers.vary, warnings };
  };
  const LEFT_ALONE = { cacheControl: SHARED, vary: undefined, warnings: [] };

  test.each<[string, Handle]>([
    ['the key comes first', ({ gk }) => [gk.cacheKey('LAYOUT'), gk.ff('LAYOUT', 'ON')]],
    ['the check comes first', ({ gk }) => [gk.ff('LAYOUT', 'ON'), gk.cacheKey('LAYOUT')]],
    [
      'the check comes before the header',
      ({ gk }, res) => [
        res.removeHeader('Cache-Control'),
        gk.ff('LAYOUT', 'ON'),
        res.set('Cache-Control', SHARED),
        gk.cacheKey('LAYOUT'),
      ],
    ],
    [
      'the key names more flags than were checked',
      ({ gk }) => [gk.ff('LAYOUT', 'ON'), gk.cacheKey('LAYOUT', 'BANNER', 'PLAIN')],
    ],
    ['several keys name them', ({ gk }) => [gk.cacheKey('LAYOUT'), gk.cacheKey('BANNER'), gk.ff('BANNER', 'ON')]],
    ['it names a prerequisite, too', ({ gk }) => [gk.ff('NEEDS_LAYOUT', 'ON'), gk.cacheKey('NEEDS_LAYOUT', 'LAYOUT')]],
  ])('the app’s headers are left alone where %s', async (_, handle) => {
    expect(await answerTo(handle)).toEqual(LEFT_ALONE);
  });

  test('all that the app had set comes back', async () => {
    const shared = { 'Surrogate-Control': 'max-age=60', 'X-Accel-Expires': '60', Vary: 'Accept-Encoding' };
    const { app, warnings } = appWith(({ gk }, res) => {
      res.set(shared);
      gk.ff('LAYOUT', 'ON');
      expect(res.getHeaders()).toMatchObject({
        'cache-control': 'private, max-age=60',
        vary: 'Accept-Encoding, Cookie',
      });
      expect(res.hasHeader('Surrogate-Control')).toBe(false);
      gk.cacheKey('LAYOUT');
    });
    const { headers } = await request(app).get('/');
    expect(headers).toMatchObject({
      'surrogate-control': 'max-age=60',
      'x-accel-expires': '60',
      vary: 'Accept-Encoding',
    });
    expect(headers['cache-control']).toBe(SHARED);
    expect(warnings).toEqual([]);
  });

  test('what the app set itself meanwhile stays', async () => {
    const handle: Handle = ({ gk }, res) => {
      gk.ff('LAYOUT', 'ON');
      res.set('Cache-Control', 'no-store').vary('Accept');
      gk.cacheKey('LAYOUT');
    };
    expect(await answerTo(handle)).toMatchObject({ cacheControl: 'no-store', vary: 'Cookie, Accept' });
  });

  test.each<[string, Handle, string]>([
    ['before the key', ({ gk }) => [gk.ff('BANNER', 'ON'), gk.cacheKey('LAYOUT')], 'BANNER'],
    ['after it', ({ gk }) => [gk.cacheKey('LAYOUT'), gk.ff('LAYOUT', 'ON'), gk.ff('BANNER', 'ON')], 'BANNER'],
    ['along with all', ({ gk }) => [gk.cacheKey('LAYOUT', 'HERO', 'GREETING', 'NEEDS_LAYOUT'), gk.all()], 'BANNER'],
    ['though its prerequisite is', ({ gk }) => [gk.cacheKey('LAYOUT'), gk.ff('NEEDS_LAYOUT', 'ON')], 'NEEDS_LAYOUT'],
    ['in a key of no flags', ({ gk }) => [gk.cacheKey(), gk.ff('BANNER', 'ON')], 'BANNER'],
  ])('a flag that is in no key makes the page private: checked %s', async (_, handle, name) => {
    const answer = await answerTo(handle);
    expect(answer).toMatchObject({ cacheControl: 'private, max-age=60', vary: 'Cookie' });
    expect(answer.warnings).toEqual([expect.stringContaining(`because ${name} answered for one visitor`)]);
  });

  test('the response that sets a visitor id is private whatever the key covers, and the next one is not', async () => {
    const { app, warnings } = appWith(({ gk }) => [gk.cacheKey('HERO'), gk.ff('HERO', 'ON')]);
    const first = await request(app).get('/');
    expect(first.headers).toMatchObject({ 'cache-control': 'private, max-age=60', vary: 'Cookie' });
    const second = await request(app).get('/').set('Cookie', cookieOf(first));
    expect(second.headers['cache-control']).toBe(SHARED);
    expect(second.headers).not.toHaveProperty('vary');
    expect(warnings).toEqual([]); // an app that has done all it can is not told to do it
  });

  test('so is one that keeps a variant for the time after the login', async () => {
    const { app } = appWith(({ gk }) => [gk.cacheKey('GREETING'), gk.ff('GREETING', 'ON')]);
    const first = await request(app).get('/');
    const set = setCookies(first).map((cookie) => cookie.split(';')[0]!);
    expect(set.map((cookie) => cookie.split('=')[0])).toEqual(['gk_id', 'gk_sticky']);
    const without = await request(app).get('/').set('Cookie', set[0]!);
    expect(without.headers).toMatchObject({ 'cache-control': 'private, max-age=60', vary: 'Cookie' });
    expect(cookieOf(without)).toMatch(/^gk_sticky=/);
    const both = await request(app).get('/').set('Cookie', set.join('; '));
    expect(both.headers['cache-control']).toBe(SHARED);
  });

  test('and one that sets an override', async () => {
    const { app } = appWith(({ gk }) => [gk.cacheKey('LAYOUT'), gk.setBrowserOverride('LAYOUT', 'ON')]);
    expect((await request(app).get('/')).headers).toMatchObject({
      'cache-control': 'private, max-age=60',
      vary: 'Cookie',
    });
  });

  test('is shared by visitors with the same variants, and by no others', async () => {
    const pages = new Map<string, string>();
    let made = 0;
    const app = express();
    app.use(gatekeeper(engineOf(flags, { ...SIGNED, user: ({ headers }) => ({ plan: headers['x-plan'] }) })));
    app.get('/', (req, res) => {
      const key = req.gk.cacheKey('LAYOUT', 'BANNER');
      if (!pages.has(key)) pages.set(key, `page ${++made}, ${req.gk.ffVariant('LAYOUT')}`);
      res.set('Cache-Control', SHARED).send(pages.get(key));
    });
    const pageFor = async (plan: string) => {
      const { text, headers } = await request(app).get('/').set('x-plan', plan);
      expect(headers['cache-control']).toBe(SHARED);
      return text;
    };
    expect([await pageFor('growth'), await pageFor('free'), await pageFor('growth'), await pageFor('none')]).toEqual([
      'page 1, ON',
      'page 2, OFF',
      'page 1, ON',
      'page 2, OFF',
    ]);
  });
});
