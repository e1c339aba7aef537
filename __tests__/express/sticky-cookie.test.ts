import type { Request } from 'express';
import { GatekeeperError, type Engine, type Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { configOf, engineOf, toggle } from '../support/config';
import { expresses } from '../support/http-express';
import { OTHER_SECRET, SECRET, setCookies, SIGNED } from '../support/http-flags';

const halves = [{ name: 'halves', split: { ON: 50, OFF: 50 } }] as const;
const sticky = () => toggle({ unit: 'either', sticky: true, rules: halves });
const user: Options['user'] = ({ headers }) => ({ id: headers['x-user'] });
const engineWith = (options: Options = {}) => engineOf({ GREETING: sticky() }, { ...SIGNED, user, ...options });

describe.each(expresses)('the cookie of sticky flags, on $version', ({ express }) => {
  /** Answers `/A,B` with the decisions for these flags. */
  function appOver(engine: Engine<any>) {
    const app = express();
    app.use(gatekeeper(engine));
    app.get('/:flags', (req: Request<{ flags: string }>, res) => {
      res.json(req.params.flags.split(',').map((flag) => req.gk.explain(flag)));
    });
    return app;
  }
  const cookieIn = (answer: request.Response, name = 'gk_sticky') =>
    setCookies(answer).find((cookie) => cookie.startsWith(`${name}=`));
  const pair = (cookie: string | undefined) => cookie!.split(';')[0]!;

  /** What a first visit to GREETING sets, of a browser whose visitor id is known already. */
  async function assigned(engine = engineWith()) {
    const answer = await request(appOver(engine)).get('/GREETING');
    const [id, kept] = [pair(cookieIn(answer, 'gk_id')), pair(cookieIn(answer))];
    return { id, kept, variant: answer.body[0].variant as string };
  }
  const reasonFor = async (cookies: string, engine = engineWith()) => {
    const answer = await request(appOver(engine)).get('/GREETING').set('x-user', 'ada').set('Cookie', cookies);
    return answer.body[0].reason as string;
  };

  test('is signed, for the whole site, out of scripts’ reach, for 90 days', async () => {
    const app = appOver(engineWith()).set('trust proxy', 1);
    const get = (proto: string) => request(app).get('/GREETING').set('X-Forwarded-Proto', proto);
    expect(cookieIn(await get('http'))).toMatch(
      /^gk_sticky=[\w-]+\.[\w%]+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(cookieIn(await get('https'))).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('is set when something is to be kept, and not again while that is so', async () => {
    const { id, kept } = await assigned();
    const app = appOver(engineWith());
    const again = await request(app).get('/GREETING').set('Cookie', `${id}; ${kept}`);
    expect(setCookies(again)).toEqual([]);
    const withoutIt = await request(app).get('/GREETING').set('Cookie', id);
    expect(setCookies(withoutIt).map((cookie) => pair(cookie))).toEqual([kept]);
  });

  test('is not set for a signed-in user, nor after the headers have gone out', async () => {
    const app = appOver(engineWith());
    app.get('/late/GREETING', (req, res) => {
      res.write('begin ');
      res.end(req.gk.explain('GREETING').reason);
    });
    const { id } = await assigned();
    expect(setCookies(await request(app).get('/GREETING').set('x-user', 'ada').set('Cookie', id))).toEqual([]);
    const late = await request(app).get('/late/GREETING').set('Cookie', id);
    expect(late.text).toBe('begin split');
    expect(setCookies(late)).toEqual([]);
  });

  test('counts only as it was set', async () => {
    const { id, kept, variant } = await assigned();
    expect(await reasonFor(`${id}; ${kept}`)).toBe('sticky');
    const value = kept.slice('gk_sticky='.length);
    const wanted = JSON.stringify([['GREETING', 'halves', variant === 'ON' ? 'OFF' : 'ON']]);
    const body = Buffer.from(wanted).toString('base64url');
    for (const forged of [
      `gk_sticky=${body}`,
      `gk_sticky=${body}.${value.split('.')[1]}`,
      `gk_sticky=${wanted}`,
      `gk_sticky=${value}; gk_sticky=${value}`,
      `gk_sticky=${value.slice(0, -1)}`,
      'gk_sticky=',
      'gk_sticky=%E0%A4%A',
      `gk_sticky=${id.slice('gk_id='.length)}`, // signed here, for another purpose
    ])
      expect([forged, await reasonFor(`${id}; ${forged}`)]).toEqual([forged, 'split']);
    for (let at = 0; at < value.length; at += 9) {
      const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
      expect([changed, await reasonFor(`${id}; gk_sticky=${changed}`)]).toEqual([changed, 'split']);
    }
  });

  test('counts under the same secret and in the same environment alone; an older secret does', async () => {
    const { id, kept } = await assigned();
    const under = (options: Options) => reasonFor(`${id}; ${kept}`, engineWith(options));
    expect(await under({ secret: [OTHER_SECRET, SECRET] })).toBe('sticky');
    expect(await under({ secret: OTHER_SECRET })).toBe('split');
    expect(await under({ environment: 'staging' })).toBe('split');
  });

  describe('holds many flags', () => {
    const names = Array.from({ length: 200 }, (_, index) => `A_FLAG_WITH_A_LONGER_NAME_${index}`);
    const engine = engineOf(Object.fromEntries(names.map((name) => [name, sticky()])), { ...SIGNED, user });
    const app = appOver(engine);
    const stickyOnes = async (cookies: string) => {
      const answer = await request(app).get(`/${names}`).set('x-user', 'ada').set('Cookie', cookies);
      return names.filter((_, index) => answer.body[index].reason === 'sticky');
    };

    test('of which the oldest make room for the newest, within 3 KB', async () => {
      const first = await request(app).get(`/${names}`);
      const [id, kept] = [pair(cookieIn(first, 'gk_id')), pair(cookieIn(first))];
      expect(kept.length).toBeLessThanOrEqual('gk_sticky='.length + 3072);
      const held = await stickyOnes(`${id}; ${kept}`);
      expect(held.length).toBeGreaterThan(25);
      expect(held).toEqual(names.slice(-held.length));

      const next = await request(app).get(`/${names[0]}`).set('Cookie', `${id}; ${kept}`);
      expect(pair(cookieIn(next)).length).toBeLessThanOrEqual('gk_sticky='.length + 3072);
      const later = await stickyOnes(`${id}; ${pair(cookieIn(next))}`);
      expect(later).toContain(names[0]);
      expect(later).toContain(names.at(-1));
      expect(later).not.toContain(names.at(-held.length));
    });

    test('each with its own variant, over several requests', async () => {
      let cookies = '';
      const seen = new Map<string, string>();
      for (const name of names.slice(0, 6)) {
        const answer = await request(app).get(`/${name}`).set('Cookie', cookies);
        seen.set(name, answer.body[0].variant);
        cookies = `${cookies.split(';')[0] || pair(cookieIn(answer, 'gk_id'))}; ${pair(cookieIn(answer))}`;
      }
      const answer = await request(app)
        .get(`/${[...seen.keys()]}`)
        .set('x-user', 'bob')
        .set('Cookie', cookies);
      expect(answer.body.map(({ variant, reason }: never) => [variant, reason])).toEqual(
        [...seen.values()].map((variant) => [variant, 'sticky']),
      );
    });

    test('whatever they are called', async () => {
      const odd = ['constructor', '__proto__', 'a;b=c', 'Flagge "ä" ✓', 'x\ny'];
      const flags = Object.fromEntries(odd.map((name) => [name, sticky()]));
      Object.defineProperty(flags, '__proto__', { value: sticky(), enumerable: true });
      const oddly = express().use(gatekeeper(engineOf(flags, { ...SIGNED, user })));
      oddly.get('/', (req, res) => void res.json(odd.map((name) => req.gk.explain(name))));
      const before = await request(oddly).get('/');
      const cookies = setCookies(before).map(pair).join('; ');
      const after = await request(oddly).get('/').set('x-user', 'ada').set('Cookie', cookies);
      for (const [index, decision] of after.body.entries())
        expect(decision).toMatchObject({ flag: odd[index], reason: 'sticky', variant: before.body[index].variant });
    });
  });
});

describe('a sticky flag is a mistake in the config', () => {
  function problemsOf(flag: object, options: Options = SIGNED) {
    try {
      configOf({ GREETING: toggle(flag) }, options);
      return [];
    } catch (error) {
      return (error as GatekeeperError).problems.map(({ code, flag, field }) => [code, flag, field]);
    }
  }
  const rules = halves;

  test.each([
    ['for no unit', { sticky: true, rules }],
    ['for users', { sticky: true, unit: 'user', rules }],
    ['for visitors, who keep their variant anyway', { sticky: true, unit: 'visitor', rules }],
    ['for companies', { sticky: true, unit: 'company', rules }],
    ['without rules', { sticky: true, unit: 'either' }],
    ['with a getVariant of its own', { sticky: true, unit: 'either', rules, getVariant: () => 'ON' }],
  ])('%s', (_, flag) => {
    expect(problemsOf(flag)).toEqual([['field-invalid', 'GREETING', 'sticky']]);
  });

  test('without a secret', () => {
    expect(problemsOf({ sticky: true, unit: 'either', rules }, {})).toEqual([['secret-invalid', 'GREETING', 'sticky']]);
    expect(problemsOf({ sticky: true, unit: 'either', rules })).toEqual([]);
  });
});
