import Database from 'libsql';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loggedIn, startShop, textOf } from '../support/example-shop';
import { postgresServer } from '../support/postgres';
import { redisServer } from '../support/redis';

const ADA = 1;
const redis = redisServer();
const postgres = postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'shop-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether the dashboard of this shop says that PAYMENTS is killed. */
async function isKilled(url: string): Promise<boolean> {
  const ada = await loggedIn(url, ADA);
  return textOf(await ada.get('/gatekeeper/flags/PAYMENTS')).includes('killed by Ada: no provider');
}

async function kill(url: string): Promise<void> {
  const ada = await loggedIn(url, ADA);
  await ada.act('kill', { flag: 'PAYMENTS', reason: 'no provider' }).expect(303);
}

test('what staff change outlasts a restart, and what was counted is written before the end', async () => {
  const SQLITE_FILE = join(folder, 'live.sqlite');
  const first = await startShop({ SQLITE_FILE });
  expect(await isKilled(first.url)).toBe(false);
  await (await loggedIn(first.url, ADA)).get('/');
  await kill(first.url);
  await first.stop();

  const database = new Database(SQLITE_FILE);
  const counts = database.prepare(`SELECT flag FROM gatekeeper_counts WHERE namespace = 'saltmarsh' AND count > 0`);
  expect(counts.all()).toContainEqual({ flag: 'BANNER' });
  database.close();

  const second = await startShop({ SQLITE_FILE });
  expect(await isKilled(second.url)).toBe(true);
}, 60_000);

test.each([
  ['SQLite', async () => ({ SQLITE_FILE: join(folder, 'shared.sqlite') })],
  ['Redis', async () => ({ REDIS_URL: redis.url, NAMESPACE: redis.freshNamespace() })],
  ['PostgreSQL', async () => ({ DATABASE_URL: await postgres.freshUrl() })],
])(
  'what staff change in one process holds in the other, on %s',
  async (_, where) => {
    const env = await where();
    const [one, other] = await Promise.all([startShop(env), startShop(env)]);
    expect(await isKilled(other.url)).toBe(false);
    await kill(one.url);
    while (!(await isKilled(other.url)));
    await Promise.all([one.stop(), other.stop()]);
  },
  60_000,
);
