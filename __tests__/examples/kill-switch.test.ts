import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { postgresServer } from '../support/postgres';
import { redisServer } from '../support/redis';

const redis = redisServer();
const postgres = postgresServer();
const folder = mkdtempSync(join(tmpdir(), 'kill-switch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the example prints, once it has ended by itself. */
async function run(env: NodeJS.ProcessEnv): Promise<string> {
  const example = spawn(process.execPath, ['--import', 'tsx', 'examples/kill-switch/main.ts'], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, NODE_ENV: undefined, REDIS_URL: undefined, DATABASE_URL: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, complaints, [code]] = await Promise.all([
    text(example.stdout),
    text(example.stderr),
    once(example, 'close'),
  ]);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return printed;
}

test.each([
  ['sqlite', 'gatekeeper_flags', async () => ({ SQLITE_FILE: join(folder, 'live.sqlite') })],
  ['redis', ':flags', async () => ({ REDIS_URL: redis.url, NAMESPACE: redis.freshNamespace() })],
  ['postgres', 'gatekeeper_flags', async () => ({ DATABASE_URL: await postgres.freshUrl() })],
])(
  'on %s, a kill in one process is obeyed in another, shown as it is stored, and taken back',
  async (kind, flags, env) => {
    const printed = await run(await env());
    expect(printed).toContain(`share live state in ${kind}.`);
    const payments = [...printed.matchAll(/process (\d+): pay (.*?)(, \d+ ms later)?\n/g)];
    expect(payments.map(([, , payment]) => payment)).toEqual(['by card', 'by invoice', 'by card']);
    const [, killer] = /Process (\d+) kills/.exec(printed)!;
    expect(payments.map(([, app]) => app)).not.toContain(killer);

    const stored = printed.split('\n').filter((line) => line.includes(flags));
    expect(stored).toEqual([expect.stringMatching(/CARD_PAYMENTS.*killed by ada: the card provider is down/)]);
    const told = [...printed.matchAll(/the chat reads: (.*)/g)].map(([, line]) => line);
    expect(told).toEqual([
      'ada: kill CARD_PAYMENTS (the card provider is down)',
      'ada: restore CARD_PAYMENTS (cards work again)',
    ]);
    const [off, on] = ['OFF', 'ON'].map((variant) => new RegExp(`decided ${variant} (\\d+) times`).exec(printed)?.[1]);
    expect(Math.min(Number(off), Number(on))).toBeGreaterThan(0);
  },
  60_000,
);
