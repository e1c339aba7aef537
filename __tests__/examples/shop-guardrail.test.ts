import { Pool } from 'pg';
import { FILLED_IN, loggedIn, startShop, textOf, visitor } from '../support/example-shop';
import { postgresServer } from '../support/postgres';
import { LONGEST_START } from '../support/servers';

const postgres = postgresServer();

/** Somebody who pays with a card of the bank that the new check cannot deal with: how the shop answers. */
async function pays(url: string): Promise<number> {
  const somebody = visitor(url);
  await somebody.post('/basket', { slug: 'tide-jug' });
  await somebody.get('/checkout');
  let status = 0;
  for (const step of ['address', 'delivery', 'payment'])
    ({ status } = await somebody.post('/checkout', { step, ...FILLED_IN, card: '4000 0000 0000 0500' }));
  return status;
}

test(
  'a variant that breaks payments is killed by itself, once, in both processes',
  async () => {
    const env = { DATABASE_URL: await postgres.freshUrl() };
    const shops = await Promise.all([startShop(env), startShop(env)]);
    const failed = shops.map(() => 0);
    const killed = async (url: string) => textOf(await (await loggedIn(url, 1)).get('/gatekeeper/flags/CARD_CHECK'));

    let page = '';
    for (let visits = 0; visits < 400 && !page.includes('killed by guardrail'); visits += 20) {
      const statuses = await Promise.all(
        shops.flatMap(({ url }, shop) => Array.from({ length: 10 }, async () => [shop, await pays(url)] as const)),
      );
      for (const [shop, status] of statuses) if (status >= 500) failed[shop]! += 1;
      page = await killed(shops[0]!.url);
    }
    expect(page).toMatch(/killed by guardrail: request errors above 2x: BANK: \d+ of \d+ units with a failed request/);
    expect(failed.every((count) => count > 0)).toBe(true); // the numbers of both processes were added up

    // The other process follows; from then on nobody's payment fails.
    while (!(await killed(shops[1]!.url)).includes('killed by guardrail'));
    const after = await Promise.all(shops.flatMap(({ url }) => Array.from({ length: 10 }, () => pays(url))));
    expect(after).toEqual(after.map(() => 303));

    const pool = new Pool({ connectionString: env.DATABASE_URL });
    const { rows } = await pool.query(`SELECT change FROM gatekeeper_history WHERE flag = 'CARD_CHECK'`);
    expect(rows.map(({ change }) => JSON.parse(change).action)).toEqual(['kill']);
    await pool.end();
  },
  LONGEST_START + 120_000,
);
