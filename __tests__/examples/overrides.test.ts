import { startExample, type RunningExample } from '../support/start-example';

const PLAIN = 'gatekeeper={"CHECKOUT":"ONE_PAGE"}';
const SECRET = 'a secret of at least 32 characters';
const STAFF = 'user=ada';

let example: RunningExample;

function ask(path: string, cookies: string[] = [], init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, example.url), {
    redirect: 'manual',
    ...init,
    headers: { ...init.headers, cookie: cookies.join('; ') },
  });
}

async function checkoutOf(...cookies: string[]): Promise<string> {
  return /<h1>(.*)<\/h1>/.exec(await (await ask('/', cookies)).text())![1]!;
}

/** What a browser would send back, from its `Set-Cookie`. */
function setBy(response: Response): string {
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

describe('in development', () => {
  beforeAll(async () => {
    example = await startExample('overrides', { NODE_ENV: 'development' });
  }, 60_000);

  test('a plain cookie counts, for staff', async () => {
    expect(await checkoutOf(STAFF)).toBe('Checkout in three steps');
    expect(await checkoutOf(STAFF, PLAIN)).toBe('Checkout on one page');
    expect(await checkoutOf('user=bob', PLAIN)).toBe('Checkout in three steps');
    expect(await checkoutOf(PLAIN)).toBe('Checkout in three steps');
  });

  test('a route sets the cookie, and another clears it', async () => {
    const set = await ask('/qa/one-page', [STAFF], { method: 'POST' });
    expect(decodeURIComponent(setBy(set))).toBe(PLAIN);
    expect(await checkoutOf(STAFF, setBy(set))).toBe('Checkout on one page');

    const cleared = await ask('/qa/clear', [STAFF, setBy(set)], { method: 'POST' });
    expect(cleared.headers.getSetCookie()).toEqual([expect.stringMatching(/^gatekeeper=; Max-Age=0;/)]);
    expect(await checkoutOf(STAFF, setBy(cleared))).toBe('Checkout in three steps');
  });

  test('the routes are for staff: the login makes one', async () => {
    const stranger = await ask('/qa/one-page', [], { method: 'POST' });
    expect(stranger.status).toBe(403);
    expect(stranger.headers.getSetCookie()).toEqual([]);

    expect(setBy(await ask('/login/ada'))).toBe(STAFF);
  });
});

describe('in production', () => {
  const production = { NODE_ENV: 'production', OVERRIDE_SECRET: SECRET };
  beforeAll(async () => {
    example = await startExample('overrides', production);
  }, 60_000);

  test('only a signed cookie counts, for staff', async () => {
    expect(await checkoutOf(STAFF, PLAIN)).toBe('Checkout in three steps');

    const signed = setBy(await ask('/qa/one-page', [STAFF], { method: 'POST' }));
    expect(await checkoutOf(STAFF, signed)).toBe('Checkout on one page');
    expect(await checkoutOf('user=bob', signed)).toBe('Checkout in three steps');
    expect(await checkoutOf(STAFF, `${signed.slice(0, -3)}AAA`)).toBe('Checkout in three steps');
  });

  test('a cookie signed for another environment does not count', async () => {
    const signed = setBy(await ask('/qa/one-page', [STAFF], { method: 'POST' }));
    const staging = await startExample('overrides', { ...production, DEPLOYMENT: 'staging' });
    const page = await ask(`${staging.url}/`, [STAFF, signed]);
    expect(await page.text()).toContain('Checkout in three steps');
  }, 60_000);

  test('a link shows what it will set, and sets it on a click', async () => {
    const link = await (await ask('/qa/link', [STAFF])).text();
    expect(link).toContain(`${example.url}/?gatekeeper-override=`);

    const shown = await ask(link, [STAFF]);
    expect(await shown.text()).toMatch(/CHECKOUT <code>ONE_PAGE<\/code>.*One-page checkout/s);
    expect(shown.headers.getSetCookie()).toEqual([]);

    const clicked = await ask(link, [STAFF], { method: 'POST', headers: { origin: example.url } });
    expect(clicked.headers.get('location')).toBe('/');
    expect(await checkoutOf(STAFF, setBy(clicked))).toBe('Checkout on one page');
  });

  test('a link is for nobody but staff', async () => {
    const link = await (await ask('/qa/link', [STAFF])).text();
    const refused = await ask(link, ['user=bob'], { method: 'POST', headers: { origin: example.url } });
    expect(refused.status).toBe(403);
    expect(refused.headers.getSetCookie()).toEqual([]);
  });
});
