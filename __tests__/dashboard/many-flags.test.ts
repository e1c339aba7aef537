import { client, dashboardApp } from '../support/dashboard';
import { bringToLife, engineOfMany } from '../support/dashboard-many';

async function operatorOf(count: number) {
  const engine = engineOfMany(count);
  await bringToLife(engine);
  engine.for({ user: { id: 7 } as never }).all();
  const [first] = engine.flags();
  return { operator: client(dashboardApp(engine)), first: first!.name };
}

test('of 1,000 flags, 50 are on a page, the others on the next ones', async () => {
  const { operator } = await operatorOf(1_000);
  const rows = async (path: string) => (await operator.get(path)).text.match(/<li class="flag /g)!.length;
  expect([await rows('/'), await rows('/?page=20'), await rows('/overrides')]).toEqual([50, 50, 50]);
  expect([await rows('/hygiene'), await rows('/hygiene?page=99')]).toEqual([50, 50]);
  expect(await rows('/playground?user=42')).toBe(100);
  expect(await rows('/playground?user=42&q=basket_new')).toBe(13);
  expect((await operator.get('/api/flags?q=basket+layout')).body).toMatchObject({ matching: 13, pages: 1 });
});

/** The fastest of a few, so that a busy machine does not show. */
async function fastest(answer: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 10; round++) {
    const start = performance.now();
    await answer();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

test('a page with 1,000 flags takes no more than ten times as long as one with 50', async () => {
  const [few, many] = await Promise.all([operatorOf(50), operatorOf(1_000)]);
  const slower: { [path: string]: number } = {};
  const paths = [
    '/',
    '/overrides',
    '/playground?user=42',
    '/segments',
    '/history',
    '/hygiene',
    '/experiments',
    '/health',
    `/flags/${many.first}`,
  ];
  for (const path of paths) {
    const before = await fastest(() => few.operator.get(path).expect(200));
    const after = await fastest(() => many.operator.get(path).expect(200));
    if (after > before * 10) slower[path] = after / before;
  }
  expect(slower).toEqual({});
});
