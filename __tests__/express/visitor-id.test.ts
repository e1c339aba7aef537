import type { Request } from 'express';
import type { Engine, Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { BY, engineOf, recorder, toggle, Toggle } from '../support/config';
import { expresses, raw } from '../support/http-express';
import { cookieOf, OTHER_SECRET, plainCookie, SECRET, setCookies, SIGNED } from '../support/http-flags';

const halves = [{ name: 'halves', split: { ON: 50, OFF: 50 } }] as const;
const flags = {
  VISITOR: toggle({ unit: 'visitor', rules: halves }),
  EITHER: toggle({ unit: 'either', rules: halves }),
  USER: toggle({ rules: halves }),
  FOR_STAFF: toggle({
    unit: 'visitor',
    rules: [{ name: 'staff', when: { user: { staff: true } }, split: { ON: 100 } }],
  }),
  FOR_ALL: toggle({ unit: 'visitor', rules: [{ name: 'all', serve: 'ON' }] }),
  DRAFT: toggle({ unit: 'visitor', draft: true, rules: halves }),
  READS_IT: toggle({ getVariant: ({ visitor }) => (visitor === undefined ? Toggle.OFF : Toggle.ON) }),
  ROLLS_OUT: toggle({
    unit: 'visitor',
    rollouts: { all: 100 },
    getVariant: ({ rollout }) => (rollout('all') ? Toggle.ON : Toggle.OFF),
  }),
};
const user: Options['user'] = ({ headers }) => ({ id: headers['x-user'] });

describe.each(expresses)('the visitor id, on $version', ({ express }) => {
  /** Answers `/FLAG` with the decision for it, and `/` with nothing checked. */
  function appOver(engine: Engine<any>) {
    const app = express();
    app.use(gatekeeper(engine));
    app.get('/', (_req, res) => void res.send('no flags here'));
    app.get('/:flag', (req: Request<{ flag: string }>, res) => void res.json(req.gk.explain(req.params.flag)));
    return app;
  }
  const appWith = (options: Options = {}) => appOver(engineOf(flags, { user, ...options }));

  describe('is made', () => {
    test.each(['VISITOR', 'EITHER', 'ROLLS_OUT'])('when a flag decides by it: %s', async (flag) => {
      const answer = await request(appWith()).get(`/${flag}`);
      expect(setCookies(answer)).toEqual([expect.stringMatching(/^gk_id=/)]);
      expect(answer.body.reason).not.toBe('default');
    });

    test.each([
      ['no flag is checked', '/', {}],
      ['the flag’s unit is the user', '/USER', {}],
      ['a user stands in for the visitor', '/EITHER', { 'x-user': 'ada' }],
      ['no rule came to it', '/FOR_STAFF', {}],
      ['the rule that serves needs none', '/FOR_ALL', {}],
      ['the flag is a draft', '/DRAFT', {}],
      ['the flag is overridden', '/VISITOR', { cookie: plainCookie({ VISITOR: 'ON' }) }],
      ['a rule only looks whether there is one', '/READS_IT', {}],
    ])('and not where %s', async (_, path, headers) => {
      expect(setCookies(await request(appWith()).get(path).set(headers).expect(200))).toEqual([]);
    });

    test('nor where the flag is killed or pinned', async () => {
      for (const change of ['kill', 'pin'] as const) {
        const engine = engineOf(flags, { user });
        await (change === 'kill' ? engine.live.kill('VISITOR', BY) : engine.live.pin('VISITOR', 'ON', BY));
        expect(setCookies(await request(appOver(engine)).get('/VISITOR'))).toEqual([]);
      }
    });

    test('nor for somebody else', async () => {
      const app = express().use(gatekeeper(engineOf(flags, { user })));
      app.get('/', (req, res) => void res.json(req.gk.forUser({ id: 'bob' }).explain('VISITOR')));
      const answer = await request(app).get('/');
      expect(setCookies(answer)).toEqual([]);
      expect(answer.text).toContain('there is no visitor id');
    });
  });

  test('is 128 random bits, for the whole site, out of scripts’ reach, for a year', async () => {
    const app = appWith();
    const ids: Buffer[] = [];
    for (let visitor = 0; visitor < 64; visitor++) {
      const [cookie] = setCookies(await request(app).get('/VISITOR'));
      const [, id] = /^gk_id=([\w-]{22}); Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/.exec(cookie!)!;
      ids.push(Buffer.from(id!, 'base64url'));
    }
    // A random bit has the same value in 64 ids once in 2^63 times.
    const values = (bit: number) => new Set(ids.map((id) => (id[bit >> 3]! >> (bit & 7)) & 1)).size;
    expect(Array.from({ length: 128 }, (_, bit) => values(bit))).toEqual(new Array(128).fill(2));
  });

  test.each([
    ['https at a trusted proxy', 1, 'https', true],
    ['http at a trusted proxy', 1, 'http', false],
    ['https claimed by anybody', false, 'https', false],
  ])('is Secure on https: %s', async (_, trust, proto, secure) => {
    const app = appWith().set('trust proxy', trust);
    const [cookie] = setCookies(await request(app).get('/VISITOR').set('X-Forwarded-Proto', proto));
    expect(/; Secure(;|$)/.test(cookie!)).toBe(secure);
  });

  test('has the name and lifetime that the config gives it', async () => {
    const app = appWith({ visitor: { cookie: '__Host-who', maxAge: 3600 } });
    const answer = await request(app).get('/VISITOR');
    expect(setCookies(answer)).toEqual([
      expect.stringMatching(/^__Host-who=[\w-]{22}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(setCookies(await request(app).get('/VISITOR').set('Cookie', cookieOf(answer)))).toEqual([]);
  });

  describe.each([
    ['plain', {}],
    ['signed', SIGNED],
  ] as const)('%s', (kind, options) => {
    const app = () => appWith(options);
    const idIn = (cookie: string) => decodeURIComponent(cookie.split('=')[1]!);

    test('is known again, and not set again', async () => {
      const server = app();
      const first = await request(server).get('/VISITOR');
      for (const flag of ['VISITOR', 'EITHER']) {
        const again = await request(server)
          .get(`/${flag}`)
          .set('Cookie', `theme=dark; ${cookieOf(first)}`);
        expect(setCookies(again)).toEqual([]);
        if (flag === 'VISITOR') expect(again.body).toEqual(first.body);
      }
    });

    test('is one for all flags of a request, beside the app’s cookies', async () => {
      const server = express().use(gatekeeper(engineOf(flags, { user, ...options })));
      server.get('/', (req, res) => {
        res.cookie('theme', 'dark');
        req.gk.all();
        res.cookie('lang', 'en').json(req.gk.identify({ id: undefined }).all());
      });
      const names = setCookies(await request(server).get('/')).map((cookie) => cookie.split('=')[0]);
      expect(names).toEqual(['theme', 'gk_id', 'lang']);
    });

    test.each([
      ['empty', 'gk_id='],
      ['too short', 'gk_id=abc'],
      ['a number', 'gk_id=1'],
      ['23 characters', `gk_id=${'a'.repeat(23)}`],
      ['of other characters', `gk_id=${'a'.repeat(21)}$`],
      ['quoted', `gk_id="${'a'.repeat(22)}"`],
      ['markup', 'gk_id=<script>alert(1)</script>'],
      ['wrongly encoded', 'gk_id=%E0%A4%A'],
      ['a header of its own', 'gk_id=a%0d%0aSet-Cookie:%20admin=1'],
      ['8,000 characters long', `gk_id=${'a'.repeat(8000)}`],
      ['given twice', `gk_id=${'a'.repeat(22)}; gk_id=${'b'.repeat(22)}`],
      ['given twice, the same', `gk_id=${'a'.repeat(22)}; gk_id=${'a'.repeat(22)}`],
      ['under another name', `gk_idx=${'a'.repeat(22)}; xgk_id=${'b'.repeat(22)}`],
      ['signed, but not here', 'gk_id=YWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ.c2lnbmF0dXJl'],
    ])('one that is %s is replaced, and not echoed', async (_, cookie) => {
      const { status, headers, body } = await raw(app(), '/VISITOR', { headers: [['Cookie', cookie]] });
      expect(status).toBe(200);
      const [set, ...others] = headers['set-cookie']!;
      expect(others).toEqual([]);
      const value = decodeURIComponent(/^gk_id=([^;]+);/.exec(set!)![1]!);
      expect(value).toMatch(kind === 'plain' ? /^[\w-]{22}$/ : /^[\w-]+\.[\w+/]+$/);
      expect(cookie).not.toContain(value);
      expect(JSON.stringify(body)).not.toMatch(/script|admin/);
    });

    test('two first requests at once get two ids, and the one that stays is known', async () => {
      const server = app();
      const [one, two] = await Promise.all([request(server).get('/VISITOR'), request(server).get('/VISITOR')]);
      expect(idIn(cookieOf(one))).not.toBe(idIn(cookieOf(two)));
      for (const answer of [one, two]) {
        const again = await request(server).get('/VISITOR').set('Cookie', cookieOf(answer));
        expect(again.body).toEqual(answer.body);
        expect(setCookies(again)).toEqual([]);
      }
    });
  });

  describe('with a secret', () => {
    const idOf = async (options: Options) => cookieOf(await request(appWith(options)).get('/VISITOR'));
    const isKnown = async (cookie: string, options: Options) =>
      setCookies(await request(appWith(options)).get('/VISITOR').set('Cookie', cookie)).length === 0;

    test('only one that was signed here counts', async () => {
      const signed = await idOf(SIGNED);
      expect(await isKnown(signed, SIGNED)).toBe(true);
      const planted = `gk_id=${'a'.repeat(22)}`;
      expect(await isKnown(planted, {})).toBe(true); // which is what a secret is for
      expect(await isKnown(planted, SIGNED)).toBe(false);
      expect(await isKnown(await idOf({}), SIGNED)).toBe(false);
      expect(await isKnown(await idOf({ ...SIGNED, secret: OTHER_SECRET }), SIGNED)).toBe(false);
      expect(await isKnown(await idOf({ ...SIGNED, environment: 'staging' }), SIGNED)).toBe(false);
      for (let at = 'gk_id='.length; at < signed.length; at += 7)
        expect(
          await isKnown(`${signed.slice(0, at)}${signed[at] === 'a' ? 'b' : 'a'}${signed.slice(at + 1)}`, SIGNED),
        ).toBe(false);
    });

    test('a signature made for another purpose does not count', async () => {
      const engine = engineOf(flags, { user, ...SIGNED });
      const app = appOver(engine);
      app.get('/set/override', (req, res) => {
        req.gk.setBrowserOverride('USER', 'ON');
        res.end();
      });
      const override = cookieOf(await request(app).get('/set/override')).replace('gatekeeper=', 'gk_id=');
      expect(setCookies(await request(app).get('/VISITOR').set('Cookie', override))).toHaveLength(1);
    });

    test('ids signed with an older secret stay', async () => {
      const old = await idOf(SIGNED);
      expect(await isKnown(old, { ...SIGNED, secret: [OTHER_SECRET, SECRET] })).toBe(true);
    });

    test('bucketing is by the id, not by its signature', async () => {
      const old = await idOf(SIGNED);
      const buckets = await Promise.all(
        [SIGNED, { ...SIGNED, secret: [OTHER_SECRET, SECRET] }].map(
          async (options) => (await request(appWith(options)).get('/VISITOR').set('Cookie', old)).body,
        ),
      );
      expect(buckets[0]).toEqual(buckets[1]);
    });
  });

  describe('needs consent', () => {
    const rejection = Promise.reject(new Error('no database'));
    rejection.catch(() => {});
    test.each<[string, (req: Request) => unknown, RegExp | undefined]>([
      ['false', () => false, undefined],
      ['undefined', () => undefined, undefined],
      ["'yes'", () => 'yes', undefined],
      ['1', () => 1, undefined],
      ['a promise', () => Promise.resolve(true), /visitor\.consent\(req\) returned a promise/],
      ['a promise that rejects', () => rejection.finally(), /visitor\.consent\(req\) returned a promise/],
      [
        'an error',
        () => {
          throw new Error('no session');
        },
        /no session/,
      ],
    ])('%s is none: no cookie, no id, and explain says so', async (_, consent, reported) => {
      const { logger, errors } = recorder();
      const answer = await request(appWith({ logger, visitor: { consent: consent as never } }))
        .get('/VISITOR')
        .expect(200);
      expect(setCookies(answer)).toEqual([]);
      expect(answer.body).toMatchObject({ variant: 'OFF', reason: 'default' });
      expect(answer.body.steps).toContainEqual({
        step: 'rule',
        matched: false,
        rule: 'halves',
        detail: 'matches, but there is no visitor id to bucket by',
      });
      expect(errors).toEqual(reported ? [expect.stringMatching(reported)] : []);
      // An unhandled rejection, which would end the process, fails the test here.
      await new Promise(setImmediate);
    });

    test('which is asked of the request, and only when an id would be made', async () => {
      const consent = jest.fn((req: Request) => req.headers.cookie?.includes('consent=yes') === true);
      const app = appWith({ visitor: { consent } });
      for (const path of ['/', '/USER']) await request(app).get(path);
      expect(consent).not.toHaveBeenCalled();
      expect(setCookies(await request(app).get('/VISITOR'))).toEqual([]);
      const agreed = await request(app).get('/VISITOR').set('Cookie', 'consent=yes');
      expect(setCookies(agreed)).toEqual([expect.stringMatching(/^gk_id=/)]);
      const calls = consent.mock.calls.length;
      await request(app).get('/VISITOR').set('Cookie', cookieOf(agreed));
      expect(consent).toHaveBeenCalledTimes(calls);
    });

    test('given in the midst of a request, it counts from then on for flags not yet decided', async () => {
      const app = express().use(gatekeeper(engineOf(flags, { visitor: { consent: (req) => req.consent === true } })));
      app.get('/', (req, res) => {
        const before = req.gk.explain('VISITOR').reason;
        Object.assign(req, { consent: true });
        res.json([before, req.gk.explain('VISITOR').reason, req.gk.explain('EITHER').reason]);
      });
      const answer = await request(app).get('/');
      expect(answer.body).toEqual(['default', 'default', 'split']);
      expect(setCookies(answer)).toHaveLength(1);
    });
  });
});
