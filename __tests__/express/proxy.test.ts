import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { expresses } from '../support/http-express';
import { appWith, cookieOf, engineWith, setCookies, SIGNED } from '../support/http-flags';

describe.each(expresses)('the override cookie behind a proxy, on $version', ({ express }) => {
  test.each([
    ['https at a trusted proxy', 1, 'https', true],
    ['http at a trusted proxy', 1, 'http', false],
    ['https claimed by anybody', false, 'https', false],
  ])('%s', async (_, trust, proto, secure) => {
    const app = appWith(engineWith(SIGNED).engine, express).set('trust proxy', trust);
    const [cookie] = setCookies(await request(app).get('/set?CHECKOUT=ON').set('X-Forwarded-Proto', proto));
    expect(/; Secure(;|$)/.test(cookie!)).toBe(secure);
    expect(cookie).toMatch(/; Path=\/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/Domain/i);
  });

  test.each(['__Host-flags', '__Secure-flags'])('one named %s is always Secure, for the whole site', async (name) => {
    const app = appWith(engineWith({ ...SIGNED, overrides: { cookie: name } }).engine, express);
    const answer = await request(app).get('/set?CHECKOUT=ON');
    expect(setCookies(answer)[0]).toMatch(new RegExp(`^${name}=[^;]+; Max-Age=28800; Path=/; HttpOnly; Secure;`));
    expect((await request(app).get('/overrides').set('Cookie', cookieOf(answer))).body).toEqual({ CHECKOUT: 'ON' });
    const cleared = await request(app).get('/set?CHECKOUT=').set('Cookie', cookieOf(answer));
    expect(setCookies(cleared)[0]).toMatch(new RegExp(`^${name}=; Max-Age=0; Path=/; HttpOnly; Secure;`));
  });

  test('a cookie set deep in a mounted app is for the whole site', async () => {
    const inner = express().use(gatekeeper(engineWith(SIGNED).engine));
    inner.get('/set', (req, res) => {
      req.gk.setBrowserOverride('CHECKOUT', 'ON');
      res.end();
    });
    const app = express().use('/a/b', inner);
    expect(setCookies(await request(app).get('/a/b/set'))[0]).toMatch(/; Path=\/;/);
  });
});
