import type { Request, Response } from 'express';
import { P, segment, type Context, type Options } from 'gatekeeper-flags';
import { gatekeeper, requireVariant } from 'gatekeeper-flags/express';
import request from 'supertest';
import { BY, engineOf, toggle, Toggle } from '../support/config';
import { expresses } from '../support/http-express';
import { plainCookie } from '../support/http-flags';

const ON = 'ON' as const;
const growth = { user: { plan: 'growth' } };
const own = (getVariant: (context: Context) => Toggle) => toggle({ getVariant });

describe.each(expresses)('what makes a response private, on $version', ({ express }) => {
  /** An app whose handler checks flags of the user in `x-user`, who is on the plan in `x-plan`; all say `public`. */
  function appWith(
    flags: Parameters<typeof engineOf>[0],
    handle: (req: Request, res: Response) => unknown = (req) => req.gk.ff('FLAG', 'ON'),
    options: Options = {},
  ) {
    const engine = engineOf(flags, {
      user: ({ headers }) => headers['x-user'] && { id: headers['x-user'], plan: headers['x-plan'] },
      groups: ({ headers }) => ({ company: { id: headers['x-company'] } }),
      ...options,
    });
    const app = express();
    app.use(gatekeeper(engine));
    app.get('/', async (req, res) => {
      await handle(req, res);
      res.set('Cache-Control', 'public, max-age=60').send('page');
    });
    return { app, engine };
  }

  const PRIVATE = { 'cache-control': 'private, max-age=60', vary: 'Cookie' };
  const someone = { 'x-user': 'ada', 'x-plan': 'growth', 'x-company': 'acme' };
  const other = { 'x-user': 'bob', 'x-plan': 'free' };

  test.each([
    ['a rule over the user', toggle({ rules: [{ name: 'growth', when: growth, serve: ON }] })],
    ['a rule that excepts users', toggle({ rules: [{ name: 'others', except: growth, serve: ON }] })],
    [
      'a rule over a group',
      toggle({ rules: [{ name: 'acme', when: { groups: { company: { id: 'acme' } } }, serve: ON }] }),
    ],
    ['a rollout', toggle({ rules: [{ name: 'half', rollout: 50, serve: ON }] })],
    ['a rollout to nobody', toggle({ rules: [{ name: 'none', rollout: 0, serve: ON }] })],
    ['a rollout to all', toggle({ rules: [{ name: 'all', rollout: 100, serve: ON }] })],
    ['a split by company', toggle({ unit: 'company', rules: [{ name: 'ab', split: { ON: 50, OFF: 50 } }] })],
    ['a split by visitor', toggle({ unit: 'visitor', rules: [{ name: 'ab', split: { ON: 50, OFF: 50 } }] })],
    ['a list of users', toggle({ overrides: { ON: ['ada'] } })],
    ['a segment', toggle({ rules: [{ name: 'list', when: segment('list', ['ada']), serve: ON }] })],
    [
      'a predicate',
      toggle({ rules: [{ name: 'own', when: segment('own', ({ user }) => user?.id === 'ada'), serve: ON }] }),
    ],
    ['a getVariant that reads the user', own(({ user }) => (user?.plan === 'growth' ? Toggle.ON : Toggle.OFF))],
    [
      'a getVariant that reads the request',
      own(({ request }) => (request?.headers['x-plan'] ? Toggle.ON : Toggle.OFF)),
    ],
    ['a getVariant that reads the visitor', own(({ visitor }) => (visitor === undefined ? Toggle.OFF : Toggle.ON))],
    [
      'a getVariant that asks a segment',
      own((context) => (context.in(segment('list', ['ada'])) ? Toggle.ON : Toggle.OFF)),
    ],
    ['a getVariant that reads the user, and throws', own(({ user }) => user!.no.such)],
  ])('%s, whichever variant was served', async (_, flag) => {
    const { app } = appWith({ FLAG: flag });
    for (const headers of [someone, other, {}])
      expect((await request(app).get('/').set(headers)).headers).toMatchObject(PRIVATE);
  });

  test.each([
    ['no rules', toggle()],
    ['a rule for everybody', toggle({ rules: [{ name: 'all', serve: ON }] })],
    ['a rule over the process', toggle({ rules: [{ name: 'dev', when: { app: { isDev: P.boolean } }, serve: ON }] })],
    [
      'a getVariant that reads no more than process and clock',
      own(({ app, now }) => (app.isDev && now ? Toggle.ON : Toggle.OFF)),
    ],
    ['a draft', toggle({ draft: true, rules: [{ name: 'growth', when: growth, serve: ON }] })],
    ['dates that are over', toggle({ ends: '2020-01-01', rules: [{ name: 'growth', when: growth, serve: ON }] })],
    [
      'a getVariant that throws without having read anything',
      own(() => {
        throw new Error('broken');
      }),
    ],
  ])('%s: nothing, and the headers are left alone', async (_, flag) => {
    const { app } = appWith({ FLAG: flag }, undefined, { app: { isDev: true } });
    const { headers } = await request(app)
      .get('/')
      .set(someone)
      .set('Cookie', plainCookie({ OTHER: 'ON' }));
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(headers).not.toHaveProperty('vary');
  });

  test('a flag that was killed or pinned decides for all alike', async () => {
    const flags = { FLAG: toggle({ rules: [{ name: 'growth', when: growth, serve: ON }] }) };
    for (const change of ['kill', 'pin'] as const) {
      const { app, engine } = appWith(flags);
      expect((await request(app).get('/').set(someone)).headers).toMatchObject(PRIVATE);
      await (change === 'kill' ? engine.live.kill('FLAG', BY) : engine.live.pin('FLAG', ON, BY));
      expect((await request(app).get('/').set(someone)).headers['cache-control']).toBe('public, max-age=60');
    }
  });

  test('an override of this browser', async () => {
    const { app } = appWith({ FLAG: toggle(), OTHER: toggle() });
    const get = (cookie: string) => request(app).get('/').set('Cookie', cookie);
    expect((await get(plainCookie({ FLAG: 'ON' }))).headers).toMatchObject(PRIVATE);
    expect((await get(plainCookie({ FLAG: 'OFF' }))).headers).toMatchObject(PRIVATE);
    expect((await get(plainCookie({ OTHER: 'ON' }))).headers['cache-control']).toBe('public, max-age=60');
  });

  test('a prerequisite, where the flag itself reads nothing', async () => {
    const { app } = appWith({
      FLAG: toggle({ requires: [{ flag: 'MIDDLE', variant: 'ON' }], rules: [{ name: 'all', serve: ON }] }),
      MIDDLE: toggle({ requires: [{ flag: 'FIRST', variant: 'ON' }], rules: [{ name: 'all', serve: ON }] }),
      FIRST: toggle({ rules: [{ name: 'growth', when: growth, serve: ON }] }),
    });
    for (const headers of [someone, other])
      expect((await request(app).get('/').set(headers)).headers).toMatchObject(PRIVATE);
  });

  const personal = {
    FLAG: toggle({ payloads: { ON: 1, OFF: 2 }, rules: [{ name: 'growth', when: growth, serve: ON }] }),
  };
  test.each<[string, (req: Request, res: Response) => unknown]>([
    ['ff', ({ gk }) => gk.ff('FLAG', 'ON')],
    ['ff of the other variant', ({ gk }) => gk.ff('FLAG', 'OFF')],
    ['featureFlag', ({ gk }) => gk.featureFlag('FLAG', 'ON')],
    ['ffVariant', ({ gk }) => gk.ffVariant('FLAG')],
    ['featureFlagVariant', ({ gk }) => gk.featureFlagVariant('FLAG')],
    ['payload', ({ gk }) => gk.payload('FLAG')],
    ['all', ({ gk }) => gk.all()],
    ['explain', ({ gk }) => gk.explain('FLAG')],
    ['ff after identify', ({ gk }) => gk.identify({ id: 'eve' }).ff('FLAG', 'ON')],
    ['ff of a fresh Gatekeeper', ({ gk }) => gk.fresh().ff('FLAG', 'ON')],
    ['ff in a template', (_, res) => res.locals.gk.ff('FLAG', 'ON')],
    ['ff after something slow', async ({ gk }) => (await new Promise(setImmediate), gk.ff('FLAG', 'ON'))],
    [
      'a second ff, after the app set its header',
      ({ gk }, res) => {
        gk.ff('FLAG', 'ON');
        res.set('Cache-Control', 'public');
        gk.ff('FLAG', 'ON');
      },
    ],
  ])('is asked by %s', async (_, ask) => {
    const { app } = appWith(personal, ask);
    expect((await request(app).get('/').set(someone)).headers).toMatchObject(PRIVATE);
  });

  test('a guarded route, whether it lets the visitor through or not', async () => {
    const app = express();
    app.use((_req, res, next) => {
      res.set('Cache-Control', 'public, max-age=60');
      next();
    });
    app.use(gatekeeper(engineOf(personal, { user: ({ headers }) => ({ plan: headers['x-plan'] }) })));
    app.get('/', requireVariant('FLAG', 'ON'), (_req, res) => void res.send('page'));
    for (const [headers, status] of [
      [someone, 200],
      [other, 404],
    ] as const) {
      const answer = await request(app).get('/').set(headers);
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject(PRIVATE);
    }
  });

  test('no check, no header', async () => {
    const { app } = appWith(personal, () => {});
    const { headers } = await request(app).get('/').set(someone);
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(headers).not.toHaveProperty('vary');
  });

  test("caching: 'off' leaves all of it to the app", async () => {
    const { app } = appWith(personal, undefined, { caching: 'off' });
    const { headers } = await request(app).get('/').set(someone);
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(headers).not.toHaveProperty('vary');
  });
});
