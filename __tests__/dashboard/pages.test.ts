import { toggle, BY } from '../support/config';
import { client, dashboardApp, dashboardEngine, NOW } from '../support/dashboard';

describe('flags', () => {
  test('each has its state', async () => {
    const engine = dashboardEngine({}, {
      DRAFT: toggle({ draft: true }),
      LATER: toggle({ starts: '2026-12-24' }),
      OVER: toggle({ ends: '2026-12-01' }),
      PINNED: toggle(),
    }); // prettier-ignore
    await engine.live.kill('BANNER', BY);
    await engine.live.pin('PINNED', 'ON', BY);
    const { flags, states } = (await client(dashboardApp(engine), 'viewer').get('/api/flags')).body;
    expect(Object.fromEntries(flags.map((flag: any) => [flag.name, flag.state]))).toEqual({
      ...{ CHECKOUT: 'ramping', BANNER: 'killed', LOCKED: 'live', DRAFT: 'draft', LATER: 'scheduled', OVER: 'ended' },
      PINNED: 'pinned',
    });
    expect(states).toEqual({ live: 1, ramping: 1, pinned: 1, killed: 1, draft: 1, scheduled: 1, ended: 1 });
  });

  test('what was decided is counted, what is looked at here is not', async () => {
    const engine = dashboardEngine();
    for (let id = 1; id <= 3; id++) engine.for({ user: { id } as never }).ffVariant('CHECKOUT');
    const operator = client(dashboardApp(engine), 'viewer');
    for (const path of ['/flags/CHECKOUT', '/overrides', '/playground?user=42']) await operator.get(path).expect(200);
    const { body } = await operator.get('/api/flags?q=checkout');
    expect(body.flags).toMatchObject([{ name: 'CHECKOUT', count: 3, last: NOW, owner: 'payments', age: 33 }]);
  });

  test('a thousand are found by name, description and owner, and answered in under 100 ms', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => [
      `MANY_${n}`,
      toggle({ description: `the ${n}th`, owner: 'crowd' }),
    ]);
    const operator = client(dashboardApp(dashboardEngine({}, Object.fromEntries(many))));
    const found = async (query: string) => (await operator.get(`/api/flags?${query}`)).body;
    expect(await found('')).toMatchObject({ matching: 1_003, page: 1, pages: 21 });
    expect((await found('q=777th')).flags).toMatchObject([{ name: 'MANY_777' }]);
    expect(await found('q=CROWD+many_99')).toMatchObject({ matching: 11 });
    expect(await found('state=ramping')).toMatchObject({ matching: 1 });
    expect(await found('page=99')).toMatchObject({ page: 21 });
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      const start = performance.now();
      await operator.get('/').expect(200);
      times.push(performance.now() - start);
    }
    expect(times.sort((a, b) => a - b)[3]).toBeLessThan(100);
  });
});

test('a flag: its rules in words, its people, its ramp, and what it does here', async () => {
  const engine = dashboardEngine();
  await engine.live.setRollout('CHECKOUT', 'growth', 40, BY);
  const { body } = await client(dashboardApp(engine)).get('/api/flags/CHECKOUT');
  expect(body.rules).toMatchObject([
    { name: 'beta', who: 'who signed up', gives: { ONE_PAGE: 100 } },
    { name: 'growth', who: 'user.plan is "growth"', rollout: { percent: 40, coded: 25, moved: true, of: 'users' } },
    { name: 'all', who: '', rollout: { percent: 5, approved: 5, moved: false } },
  ]);
  expect(body.users).toEqual([{ id: '42', variant: 'ONE_PAGE', inCode: true }]);
  expect(body.here).toMatchObject({ variant: 'STEPS', reason: 'default' });
  expect(body.variants[1]).toMatchObject({ name: 'ONE_PAGE', payload: { steps: 1 } });
  expect(body.changes).toMatchObject([{ actor: 'ada', words: 'moved “growth” of CHECKOUT to 40 %', revertible: true }]);
});

describe('the playground', () => {
  const get = async (query: object, options = {}) => {
    const app = dashboardApp(dashboardEngine(), options);
    return (await client(app, 'viewer').get(`/api/playground?${new URLSearchParams(query as {})}`)).body;
  };
  const answerOf = ({ answers }: any) => answers.find(({ flag }: any) => flag === 'CHECKOUT');

  test('says what a user gets, and for one flag each step', async () => {
    const found = await get({ user: '42', flag: 'CHECKOUT' });
    expect(answerOf(found)).toMatchObject({ variant: 'ONE_PAGE', reason: 'user-override' });
    expect(found.decision.steps.at(-1)).toMatchObject({ matched: true, detail: 'user 42 is listed' });
  });
  test('knows users as the app does', async () => {
    const lookUp = async (id: string) => (id === '7' ? { user: { id: 7, plan: 'free' } as never } : null);
    const found = await get({ user: '7', flag: 'CHECKOUT' }, { lookUp });
    expect(JSON.stringify(found.decision.steps)).toContain('user.plan is \\"free\\"; wanted \\"growth\\"');
    expect(await get({ user: '8' }, { lookUp })).toMatchObject({ problem: 'No user “8” was found.', answers: [] });
  });
  test('takes a context', async () => {
    expect(answerOf(await get({ context: '{"user":{"id":42}}' }))).toMatchObject({ variant: 'ONE_PAGE' });
    expect(answerOf(await get({ context: '{"user":null,"now":1796256000000}' }))).toMatchObject({ variant: 'STEPS' });
    for (const context of ['{', '[]', '7', '{"usr":{}}'])
      expect(await get({ context })).toMatchObject({ context, problem: expect.any(String), answers: [] });
  });
});

describe('the history', () => {
  async function some() {
    const engine = dashboardEngine();
    await engine.live.kill('BANNER', { actor: 'grace', reason: '=HYPERLINK("http://evil.example")' });
    await engine.live.restore('BANNER', { actor: '@ada', reason: 'all, "well"\nagain' });
    await engine.live.addUser('CHECKOUT', 'ONE_PAGE', '+1', { actor: 'ada', reason: '-2+3' });
    return client(dashboardApp(engine), 'viewer');
  }
  test.each([
    ['', 3],
    ['flag=BANNER', 2],
    ['actor=GRACE', 1],
    ['from=2026-12-04&to=2026-12-04', 3],
    ['to=2026-12-03', 0],
    ['from=2026-12-05', 0],
    ['from=nonsense', 3],
  ])('is filtered by %s: %i', async (query, count) => {
    expect((await (await some()).get(`/api/history?${query}`)).body.changes).toHaveLength(count);
  });
  test('is exported as CSV, in which nothing is a formula', async () => {
    const { text, headers } = await (await some()).get('/history.csv').expect(200);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="?history\.csv"?$/);
    const cells = text.split('\r\n').flatMap((row) => row.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []);
    expect(cells).toEqual(expect.arrayContaining([`"'=HYPERLINK(""http://evil.example"")"`, `"'@ada"`, `"'-2+3"`]));
    expect(cells.filter((cell) => /^"?\s*[=+\-@]/.test(cell))).toEqual([]);
    expect(text).toContain('"all, ""well""\nagain"');
  });
  test('is exported as JSON', async () => {
    const { body } = await (await some()).get('/history.json?flag=BANNER').expect(200);
    expect(body).toMatchObject([{ action: 'restore' }, { action: 'kill' }]);
  });
});

test('segments: those in the code, and live ones with their members', async () => {
  const engine = dashboardEngine();
  await engine.live.addToSegment('beta testers', [1, 2], BY);
  const { body } = await client(dashboardApp(engine), 'viewer').get('/api/segments');
  expect(body.segments).toContainEqual(
    expect.objectContaining({ name: 'beta testers', live: true, size: 2, flags: ['CHECKOUT'] }),
  );
});

test('overrides say when they end, and are shared by a link', async () => {
  const qa = client(dashboardApp(dashboardEngine()), 'qa');
  await qa.form('set-override', { flag: 'BANNER', variant: 'ON' });
  const { body } = await qa.get('/api/overrides?page=/checkout');
  expect(body.expires).toBe(NOW + 8 * 60 * 60 * 1000);
  expect(body.link).toMatch(/\/checkout\?gatekeeper-override=/);
  expect(body.flags[0]).toMatchObject({ name: 'BANNER', override: 'ON', variant: 'ON' });
});

test('a viewer is offered nothing that they may not do', async () => {
  const engine = dashboardEngine();
  await engine.live.kill('BANNER', BY);
  const [viewer, qa] = [client(dashboardApp(engine), 'viewer'), client(dashboardApp(engine), 'qa')];
  for (const path of [
    '/',
    '/flags/CHECKOUT',
    '/flags/BANNER',
    '/overrides',
    '/segments',
    '/history',
    '/hygiene',
    '/health',
  ]) {
    expect((await viewer.get(path)).text).not.toContain('method="post"');
    const forms = [...(await qa.get(path)).text.matchAll(/action="\/gatekeeper\/actions\/([\w-]+)"/g)];
    expect(forms.filter(([, action]) => !/override/.test(action!))).toEqual([]);
  }
});

test.each([
  ['production', /<p class="environment production">production</],
  ['staging', /<span class="environment">staging</],
])('%s is named on every page', async (environment, banner) => {
  const operator = client(dashboardApp(dashboardEngine({ environment })));
  for (const path of ['/', '/overrides', '/flags/NOPE']) expect((await operator.get(path)).text).toMatch(banner);
});

test('names are data', async () => {
  const odd = [
    '__proto__',
    'constructor',
    '<script>alert(1)</script>',
    '"><b>',
    "'; --",
    '%2e%2e',
    '../..',
    '日本 🏴',
    'a/b?c#d',
  ];
  const engine = dashboardEngine({}, Object.fromEntries(odd.map((name) => [name, toggle({ description: name })])));
  const operator = client(dashboardApp(engine));
  const list = (await operator.get('/')).text;
  for (const name of odd) {
    const path = `/flags/${encodeURIComponent(name)}`;
    expect(list).toContain(`href="/gatekeeper${path}"`);
    expect((await operator.get(`/api${path}`).expect(200)).body.name).toBe(name);
    await operator.api('kill', { flag: name }).expect(200);
    expect(engine.live.state.flags.get(name)?.killed).toBeDefined();
    expect((await operator.get(path)).text).not.toMatch(/<script>|<b>"/);
  }
});
