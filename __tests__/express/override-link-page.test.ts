import { expresses, raw } from '../support/http-express';
import { appWith, engineWith, SIGNED, Toggle } from '../support/http-flags';
import { confirm, pathOfLink, queryOfLink, SHOP } from '../support/http-link';

const NAUGHTY = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '<!--',
  '&lt;b&gt;',
  '{{constructor.constructor("alert(1)")()}}',
  'javascript:alert(1)',
  '\u202Etxet\u0000\uFFFE',
  '__proto__',
];
const text = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
/** The elements of a page; whatever was smuggled in would be among them. */
const elements = (html: string) => html.match(/<[a-z!/][^>]*>/gi)!;

describe.each(expresses)('the page behind an override link, on $version', ({ express }) => {
  test.each(NAUGHTY)('shows a flag and a description of %j as text', async (naughty) => {
    const { engine } = engineWith(SIGNED, { [naughty]: new Toggle(`About ${naughty}`) });
    const page = async (flag: string) =>
      (await raw(appWith(engine, express), pathOfLink(engine, { [flag]: 'ON' }))).body;
    const [html, plain] = [await page(naughty), await page('CHECKOUT')];
    expect(elements(html)).toEqual(elements(plain));
    expect(text(html)).toContain(`<dt>${naughty} <code>`);
    expect(text(html)).toContain(`<dd>About ${naughty}</dd>`);
  });

  test.each([...NAUGHTY, '?x=<script>', '?x="onclick="alert(1)'])('shows a path of %j as a path', async (naughty) => {
    const { engine } = engineWith(SIGNED);
    const app = appWith(engine, express);
    for (const query of [queryOfLink(engine), 'gatekeeper-override=forged']) {
      const path = `/${encodeURI(naughty).replace(/[<>"]/g, escape)}`;
      const { body } = await raw(app, `${path}${path.includes('?') ? '&' : '?'}${query}`);
      const usual = await raw(app, `/checkout?${query}`);
      const hrefs = (html: string) => elements(html).map((element) => element.replace(/href="[^"]*"/, 'href'));
      expect(hrefs(body)).toEqual(hrefs(usual.body));
      expect(/<a href="([^"]*)"/.exec(body)![1]).toMatch(/^\/[^/\\<>'"]*/);
    }
  });

  test.each([
    '//evil.example',
    '//evil.example/%2e%2e',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\\/evil.example',
    '/./\\evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    '//',
    '//[',
    '//evil.example:99999/',
    'http://evil.example/',
    'http://evil.example//other.example',
    'http://[/',
    '/%2F%2Fevil.example',
    '/%5Cevil.example',
    '/@evil.example',
    '/https://evil.example',
  ])('never leads off the site: %s', async (path) => {
    const { engine } = engineWith(SIGNED);
    const app = appWith(engine, express);
    for (const answer of [
      await confirm(app, `${path}?${queryOfLink(engine)}`),
      await raw(app, `${path}?${queryOfLink(engine)}`),
    ]) {
      expect(answer.status).toBeLessThan(500);
      const next = answer.headers.location ?? /<a href="([^"]*)"/.exec(answer.body)?.[1];
      if (next !== undefined) expect(new URL(text(next), SHOP).origin).toBe(SHOP);
    }
  });

  test.each([
    ['shown', 200, (path: string) => path],
    ['refused', 400, (path: string) => path.replace('override=e', 'override=f')],
  ])('is kept from caches, frames, scripts and referrers where it is %s', async (_, status, change) => {
    const { engine } = engineWith(SIGNED);
    const answer = await raw(appWith(engine, express), change(pathOfLink(engine)));
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin', // never the path, which carries the link
    });
    const policy = String(answer.headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(policy.join()).not.toMatch(/script-src|unsafe|\*/);
  });

  test('the redirect after a click is kept from caches', async () => {
    const { engine } = engineWith(SIGNED);
    const { headers } = await confirm(appWith(engine, express), pathOfLink(engine));
    expect(headers['cache-control']).toBe('no-store');
  });
});
