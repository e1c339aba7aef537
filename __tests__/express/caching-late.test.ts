import type { Request, Response } from 'express';
import type { Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { engineOf, recorder, toggle } from '../support/config';
import { expresses } from '../support/http-express';
import { setCookies } from '../support/http-flags';

const DEVELOPMENT = { env: { NODE_ENV: 'development' } };
const flags = {
  LAYOUT: toggle({ overrides: { ON: [1] } }),
  BANNER: toggle({ overrides: { ON: [1] } }),
  HERO: toggle({ unit: 'visitor', rules: [{ name: 'halves', split: { ON: 50, OFF: 50 } }] }),
  PLAIN: toggle(),
};
const TOO_LATE = / was first checked after the response had begun, .*check flags before the first byte is sent$/;

describe.each(expresses)('a check after the response has begun, on $version', ({ express }) => {
  async function answerTo(handle: (req: Request, res: Response) => unknown, options: Options = DEVELOPMENT) {
    const { logger, warnings, errors } = recorder();
    const engine = engineOf(flags, { user: () => ({ id: 1 }), logger, ...options });
    const app = express().use(gatekeeper(engine));
    app.get('/', (req, res) => {
      res.set('Cache-Control', 'public, max-age=60');
      handle(req, res);
      res.end();
    });
    await request(app).get('/').expect(200);
    return { ...(await request(app).get('/').expect(200)), warnings, errors };
  }

  test.each<[string, (res: Response) => unknown]>([
    ['a first piece', (res) => res.write('begin ')],
    ['its headers', (res) => res.flushHeaders()],
    ['its head', (res) => res.writeHead(200)],
  ])('with %s is answered, and warned about once while developing', async (_, begin) => {
    const { text, headers, warnings, errors } = await answerTo((req, res) => {
      begin(res);
      res.write(req.gk.ffVariant('LAYOUT'));
    });
    expect(text).toMatch(/ON$/);
    expect(headers['cache-control']).toBe('public, max-age=60'); // which is why it is warned about
    expect(warnings).toEqual([expect.stringMatching(TOO_LATE)]);
    expect(warnings[0]).toContain('LAYOUT');
    expect(errors).toEqual([]);
  });

  test('is not warned about in production', async () => {
    const { warnings } = await answerTo((req, res) => res.write('begin ') && req.gk.ff('LAYOUT', 'ON'), {
      env: { NODE_ENV: 'production' },
    });
    expect(warnings).toEqual([]);
  });

  test('nor is a stream that checked a flag before it began: it left as private', async () => {
    const { headers, warnings } = await answerTo((req, res) => {
      res.removeHeader('Cache-Control');
      req.gk.ff('LAYOUT', 'ON');
      res.write('begin ');
      req.gk.ff('BANNER', 'ON');
    });
    expect(headers).toMatchObject({ 'cache-control': 'private', vary: 'Cookie' });
    expect(warnings).toEqual([]);
  });

  test.each<[string, (req: Request, res: Response) => unknown]>([
    ['a flag that answers all alike', (req, res) => res.write('begin ') && req.gk.ff('PLAIN', 'ON')],
    [
      'a flag in the page’s cache key',
      ({ gk }, res) => gk.cacheKey('LAYOUT') && res.write('begin ') && gk.ff('LAYOUT', 'ON'),
    ],
    [
      'a response that is not stored',
      (req, res) => res.set('Cache-Control', 'no-store').write('begin ') && req.gk.ff('LAYOUT', 'ON'),
    ],
    ['a check for the log, when all is sent', (req, res) => res.end('done') && req.gk.ff('LAYOUT', 'ON')],
  ])('nor is %s', async (_, handle) => {
    expect((await answerTo(handle)).warnings).toEqual([]);
  });

  test("nor is anything under caching: 'off'", async () => {
    const options: Options = { ...DEVELOPMENT, caching: 'off' };
    const { warnings } = await answerTo((req, res) => res.write('begin ') && req.gk.ff('LAYOUT', 'ON'), options);
    expect(warnings).toEqual([]);
  });

  test('of a flag for visitors gives no id, since no cookie can be set any more, and explain says so', async () => {
    const { text, headers, warnings } = await answerTo((req, res) => {
      res.write('begin ');
      res.write(JSON.stringify(req.gk.explain('HERO')));
    });
    expect(setCookies({ headers })).toEqual([]);
    expect(text).toContain('there is no visitor id to bucket by');
    expect(warnings).toEqual([expect.stringMatching(TOO_LATE)]);
  });
});
