import type { Request } from 'express';
import type { Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { engineOf, toggle } from '../support/config';
import { expresses } from '../support/http-express';
import { cookieOf, setCookies } from '../support/http-flags';

const halves = [{ name: 'halves', split: { ON: 50, OFF: 50 } }] as const;
const flags = {
  VISITOR: toggle({ unit: 'visitor', rules: halves }),
  EITHER: toggle({ unit: 'either', rules: halves }),
  USER: toggle({ rules: halves }),
};
const USERS = Array.from({ length: 24 }, (_, index) => `user-${index}`);
const userOf = (req: Request) => /user=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];

describe.each(expresses)('whose id decides, before and after a login, on $version', ({ express }) => {
  function appWith(options: Options = {}) {
    const engine = engineOf(flags, { user: (req) => ({ id: userOf(req) }), ...options });
    const app = express();
    app.use(gatekeeper(engine));
    app.get('/', (req, res) => void res.json(req.gk.all()));
    app.get('/login/:user', (req, res) => {
      const before = req.gk.all();
      res.cookie('user', req.params.user).json([before, req.gk.identify({ id: req.params.user }).all()]);
    });
    app.get('/logout', (_req, res) => void res.clearCookie('user').end());
    return { app, engine };
  }

  /** What a browser is shown as nobody, in the request of the login, then as a user, and as nobody again. */
  async function journey(user: string) {
    const { app, engine } = appWith();
    const browser = request.agent(app);
    const before = (await browser.get('/')).body;
    const [, during] = (await browser.get(`/login/${user}`)).body;
    const after = (await browser.get('/')).body;
    await browser.get('/logout');
    const again = (await browser.get('/')).body;
    return { before, during, after, again, own: engine.for({ user: { id: user } }).all() };
  }
  let journeys: Awaited<ReturnType<typeof journey>>[];
  beforeAll(async () => {
    journeys = await Promise.all(USERS.map(journey));
  });

  test("unit 'visitor' keeps the variant through login and logout", () => {
    for (const { before, during, after, again } of journeys)
      expect([during.VISITOR, after.VISITOR, again.VISITOR]).toEqual([before.VISITOR, before.VISITOR, before.VISITOR]);
    // Half of these users would see another one by their own id (all the same: once in 2^24).
    expect(journeys.some(({ before, after }) => before.VISITOR !== after.USER)).toBe(true);
    expect(new Set(journeys.map(({ before }) => before.VISITOR)).size).toBe(2);
  });

  test("unit 'either' goes by the user from the login on, and by the visitor again after the logout", () => {
    for (const { before, during, after, again, own } of journeys) {
      expect([during.EITHER, after.EITHER]).toEqual([own.EITHER, own.EITHER]);
      expect(again.EITHER).toBe(before.EITHER);
    }
    expect(journeys.some(({ before, after }) => before.EITHER !== after.EITHER)).toBe(true);
  });

  test("unit 'user' decides nothing for nobody", () => {
    for (const { before, after, again, own } of journeys)
      expect([before.USER, after.USER, again.USER]).toEqual(['OFF', own.USER, 'OFF']);
    expect(new Set(journeys.map(({ after }) => after.USER)).size).toBe(2);
  });

  test('the id stays the same from login to logout', async () => {
    const { app } = appWith();
    const browser = request.agent(app);
    expect(setCookies(await browser.get('/'))).toHaveLength(1);
    for (const path of ['/login/ada', '/', '/logout', '/', '/login/bob', '/'])
      expect(setCookies(await browser.get(path)).filter((cookie) => cookie.startsWith('gk_id'))).toEqual([]);
  });

  test('outside a request, the id in the cookie decides the same', async () => {
    const { app, engine } = appWith();
    for (let visitor = 0; visitor < 8; visitor++) {
      const answer = await request(app).get('/');
      const id = cookieOf(answer).split('=')[1]!;
      expect(engine.for({ visitor: id }).all()).toEqual(answer.body);
    }
  });
});
