import { dashboard } from 'gatekeeper-flags/dashboard';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, engineOf, toggle } from '../support/config';
import { client, dashboardApp, dashboardEngine, NOW } from '../support/dashboard';

const DAY = 24 * 60 * 60 * 1000;
const before = (days: number) => new Date(NOW - days * DAY).toISOString().slice(0, 10);

/** Flags in every state, on the 4th of December. */
async function flagsOfAllStates() {
  const store = memoryStore();
  const earlier = engineOf({ GONE: toggle(), PINNED: toggle() }, { store: () => store, now: () => NOW - 31 * DAY });
  earlier.for({}).ffVariant('GONE');
  await earlier.live.counts();
  await earlier.live.pin('PINNED', 'ON', BY);
  const half = [{ name: 'half', rollout: 50, serve: 'ON' }] as const;
  const flags = {
    EXPIRED: toggle({ owner: 'search', created: before(60), expires: before(3), rules: half }),
    PINNED: toggle({ owner: 'search', created: before(35) }),
    DONE: toggle({ created: before(2), rules: [{ name: 'all', serve: 'ON' }] }),
    DRAFT: toggle({ owner: 'search', created: before(1), draft: true }),
    STAYS: toggle({ owner: 'search', created: before(300), permanent: true }),
  };
  const engine = engineOf(flags, { store: () => store, now: () => NOW });
  await engine.ready;
  return engine;
}

test('the API tells of each flag where it is in its life, why, and what to do', async () => {
  const { body } = await client(dashboardApp(await flagsOfAllStates()), 'viewer')
    .get('/api/hygiene')
    .expect(200);
  expect(body.states).toEqual({ stale: 2, 'rolled out': 1, draft: 1, active: 1, archived: 1 });
  expect(body.flags).toMatchObject([
    {
      ...{ flag: 'EXPIRED', state: 'stale', owner: 'search', age: 60, createdBy: 'class' },
      reasons: [{ code: 'expired', text: 'it expired on 2026-12-01, 3 days ago' }],
      next: { run: 'npx gatekeeper cleanup EXPIRED --keep ON', or: '--keep OFF, or give it a later expires' },
    },
    {
      ...{ flag: 'PINNED', state: 'stale' },
      reasons: [{ code: 'settled', text: 'everybody has got ON since 2026-11-03 (pinned)' }],
      next: { run: 'npx gatekeeper cleanup PINNED --keep ON' },
    },
    { flag: 'DONE', state: 'rolled out', remarks: [{ code: 'unowned' }] },
    { flag: 'DRAFT', state: 'draft' },
    { flag: 'STAYS', state: 'active', permanent: true },
    { flag: 'GONE', state: 'archived', last: NOW - 31 * DAY },
  ]);
  expect(body.figures).toEqual([
    { name: 'stale', value: 2, target: 0, met: false },
    { name: 'active', value: 0, target: 20, met: true },
    { name: 'age', value: 24.5, target: 30, met: true },
    { name: 'unowned', value: 1, target: 0, met: false },
  ]);
});

test('the page says why a flag is stale, and links to those that are still there', async () => {
  const { text } = await client(dashboardApp(await flagsOfAllStates()), 'viewer')
    .get('/hygiene')
    .expect(200);
  expect(text).toContain('<li>it expired on 2026-12-01, 3 days ago</li>');
  expect(text).toContain('<code>npx gatekeeper cleanup PINNED --keep ON</code>');
  expect(text).toContain('<span>Stale</span><strong>2</strong><small>missed · target: none</small>');
  expect(text).toContain(
    '<span>Average age</span><strong>24.5 days</strong><small>met · target: under 30 days</small>',
  );
  expect(text).toContain('1 flag meant to stay: not counted in active and age.');
  expect(text).toContain('href="/gatekeeper/flags/EXPIRED"');
  expect(text).not.toContain('/flags/GONE');
  expect(text).toMatch(/aria-current="page">Hygiene</);
});

test('it is searched by name, owner and kind, and filtered by state', async () => {
  const viewer = client(dashboardApp(await flagsOfAllStates()), 'viewer');
  const found = async (query: string) =>
    (await viewer.get(`/api/hygiene?${query}`)).body.flags.map(({ flag }: { flag: string }) => flag);
  expect(await found('state=rolled+out')).toEqual(['DONE']);
  expect(await found('q=SEARCH')).toEqual(['EXPIRED', 'PINNED', 'DRAFT', 'STAYS']);
  expect(await found('q=search&state=stale')).toEqual(['EXPIRED', 'PINNED']);
  expect(await found('q=gone')).toEqual(['GONE']);
  expect(await found('q=nothing')).toEqual([]);
  expect(await found('state=nonsense&page=nonsense')).toHaveLength(6);
  const { body } = await viewer.get('/api/hygiene?q=done');
  expect(body.figures[0]).toMatchObject({ name: 'stale', value: 2 }); // of all flags
});

test('targets can be set; nonsense is refused', async () => {
  const engine = await flagsOfAllStates();
  const { body } = await client(dashboardApp(engine, { targets: { stale: 2, age: 20 } })).get('/api/hygiene');
  expect(body.figures.map(({ met }: { met: boolean }) => met)).toEqual([true, true, false, false]);
  const made = (targets: object) => () => dashboard(engine, { authorize: () => null, targets });
  expect(made({ stale: -1 })).toThrow("the dashboard's target stale is -1; give a number, such as 0");
  expect(made({ age: '30' })).toThrow('the dashboard\'s target age is "30"; give a number, such as 30');
  expect(made({ aktive: 3 })).toThrow('no target named "aktive"; did you mean "active"?');
});

test('a store that does not answer leaves what the code says', async () => {
  const store = memoryStore();
  const down = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:6379'));
  const engine = dashboardEngine(
    { store: () => ({ ...store, history: down, counts: down }) },
    { OLD: toggle({ expires: before(1) }) },
  );
  const viewer = client(dashboardApp(engine), 'viewer');
  const { body } = await viewer.get('/api/hygiene').expect(200);
  expect(body).toMatchObject({ problem: 'The store does not answer.', counted: false, states: { stale: 1 } });
  const { text } = await viewer.get('/hygiene').expect(200);
  expect(text).toContain('The store does not answer.');
  expect(text).toContain('No decisions were counted yet');
  expect(text).not.toContain('10.0.0.7');
});
