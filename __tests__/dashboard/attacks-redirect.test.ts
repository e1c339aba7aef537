import express from 'express';
import { dashboard, overrideBadge } from 'gatekeeper-flags/dashboard';
import { gatekeeper } from 'gatekeeper-flags/express';
import { form, json, OPERATOR, send } from '../support/dashboard-attacks';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

const evil = [
  'http://evil.example/gatekeeper/',
  'https://evil.example/gatekeeper/',
  'http://shop.test//evil.example/',
  'http://shop.test/\\evil.example/',
  'http://shop.test/\t/evil.example/',
  'http://shop.test/.//evil.example/',
  'http://shop.test/..//evil.example/',
  'http://shop.test/gatekeeper/..//evil.example/',
  'http://shop.test/gatekeeper//evil.example',
  'http://shop.test/gatekeeper/%0d%0aSet-Cookie:%20x=1',
  'http://shop.test/gatekeeper/?x=%0d%0aLocation:%20//evil.example',
  'http://shop.test/gatekeeper/?next=http://evil.example&done=kill',
  'http://shop.test@evil.example/gatekeeper/',
  'http://evil.example#http://shop.test/gatekeeper/',
  'http://shop.test.evil.example/gatekeeper/',
  'http://shop.test:81/gatekeeper/',
  '//evil.example/gatekeeper/',
  '/\\evil.example',
  'javascript:alert(1)//shop.test/gatekeeper/',
  'data:text/html,<script>alert(1)</script>',
  'blob:http://shop.test/gatekeeper/',
  'http://shop.test/gatekeeper/actions/kill',
  'http://shop.test/gatekeeper',
  'http://shop.test/GATEKEEPER/',
  '%',
  '',
];

/** Where a browser goes that is sent to `location` from the shop. */
const leadsTo = (location: string) => new URL(location, 'http://shop.test/gatekeeper/actions/kill');
const HOST = { ...OPERATOR, Host: 'shop.test' };

describe.each([['/gatekeeper'], ['/']])('after an action on a dashboard at %s', (at) => {
  test.each(evil)('Referer %j leads nowhere else', async (referer) => {
    const app = express().use(
      at,
      dashboard(dashboardEngine(), { authorize: () => ({ name: 'Ada', role: 'operator' }) }),
    );
    await listening(app, async (origin) => {
      const path = at === '/' ? '/actions/kill' : `${at}/actions/kill`;
      const fields = {
        flag: 'BANNER',
        next: 'http://evil.example',
        redirect: '//evil.example',
        returnTo: '//evil.example',
      };
      const { status, headers } = await send(origin, form(path, fields, { ...HOST, Referer: referer }));
      expect(status).toBe(303);
      expect(headers.location).toMatch(/^\/(?![/\\])/);
      expect(leadsTo(headers.location!).origin).toBe('http://shop.test');
      if (at !== '/') expect(leadsTo(headers.location!).pathname).toMatch(/^\/gatekeeper\//);
      expect(headers['set-cookie']).toBeUndefined();
    });
  });
});

test.each(evil)('the badge, too, leads back to this site alone: %j', async (referer) => {
  await listening(express().use(overrideBadge(dashboardEngine())), async (origin) => {
    const { status, headers } = await send(origin, form('/gatekeeper-badge', {}, { ...HOST, Referer: referer }));
    expect([status, headers.location]).toEqual([303, expect.stringMatching(/^\/(?![/\\])/)]);
  });
});

describe('a share link', () => {
  const elsewhere = [
    ...evil.filter((page) => !page.startsWith('http://shop.test/') && !['', '%'].includes(page)),
    'http://ada:secret@shop.test/',
    'ftp://shop.test/',
    'filesystem:http://shop.test/x',
    'about:blank',
    'https://shop.test/',
  ];

  test.each(elsewhere)('to %j is refused', async (page) => {
    await listening(dashboardApp(dashboardEngine()), async (origin) => {
      const asked = json('/gatekeeper/api/actions/share', { page }, HOST);
      expect([(await send(origin, asked)).status, page]).toEqual([400, page]);
    });
  });

  const own = [
    '/',
    '',
    '/checkout?a=1#b',
    '//shop.test/x',
    'checkout',
    ...evil.filter((page) => page.startsWith('http://shop.test/')),
  ];
  test.each(own)('to %j leads to this site, also once it is opened', async (page) => {
    const engine = dashboardEngine();
    const app = express().use(gatekeeper(engine), dashboardApp(engine));
    await listening(app, async (origin) => {
      const asked = json('/gatekeeper/api/actions/share', { page }, HOST);
      const answer = await send(origin, asked);
      const link = new URL(JSON.parse(answer.text).link);
      expect([link.origin, link.username]).toEqual(['http://shop.test', '']);
      const opened = form(link.pathname + link.search, {}, { ...HOST, Origin: 'http://shop.test' });
      const { status, headers } = await send(origin, opened);
      expect([status, headers.location]).toEqual([303, expect.stringMatching(/^\/(?![/\\])/)]);
    });
  });

  test.each([' ', 'a b', '[', 'evil.example/x', 'user@evil.example', 'evil.example#', '%'])(
    'is not made where the request names no host, but %j',
    async (host) => {
      await listening(dashboardApp(dashboardEngine()), async (origin) => {
        const answer = await send(
          origin,
          json('/gatekeeper/api/actions/share', { page: '/' }, { ...OPERATOR, Host: host }),
        );
        expect([host, answer.status]).toEqual([host, 400]);
        const page = await send(origin, { path: '/gatekeeper/overrides', headers: { ...OPERATOR, Host: host } });
        expect([200, 400]).toContain(page.status);
      });
    },
  );

  test('names the host that visitors know, behind a proxy that the app trusts, and no other', async () => {
    const headers = {
      ...OPERATOR,
      Host: 'internal:3000',
      'X-Forwarded-Host': 'shop.test',
      'X-Forwarded-Proto': 'https',
    };
    for (const [trusts, expected] of [
      [true, 'https://shop.test'],
      [false, 'http://internal:3000'],
    ] as const) {
      const app = express().set('trust proxy', trusts).use(dashboardApp(dashboardEngine()));
      await listening(app, async (origin) => {
        const { text } = await send(origin, json('/gatekeeper/api/actions/share', { page: '/' }, headers));
        expect(new URL(JSON.parse(text).link).origin).toBe(expected);
      });
    }
  });
});

test('no header is made of what was sent', async () => {
  const line = 'x\r\nSet-Cookie: pwned=1\r\n\r\n<script>alert(1)</script>';
  await listening(dashboardApp(dashboardEngine()), async (origin) => {
    const paths = ['/', '/flags/', '/history.csv?flag=', '/overrides?page=', '/playground?user=', '/assets/x/'];
    const answers = await Promise.all([
      ...paths.map((path) =>
        send(origin, { path: `/gatekeeper${path}${encodeURIComponent(line)}`, headers: OPERATOR }),
      ),
      send(origin, form('/gatekeeper/actions/kill', { flag: 'BANNER', reason: line })),
      send(origin, form('/gatekeeper/actions/set-override', { flag: line, variant: line })),
      send(origin, form('/gatekeeper/actions/share', { page: `/${line}` })),
    ]);
    for (const { headers } of answers) expect(JSON.stringify(headers)).not.toMatch(/pwned|<script>/);
  });
});
