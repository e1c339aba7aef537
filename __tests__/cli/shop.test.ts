import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project, project } from '../support/cli';

const root = join(__dirname, '../..');
const shop = new Project(root);
const env = { NODE_ENV: 'development', SQLITE_FILE: project().path('live.sqlite') };
const flags = [...readFileSync(join(root, 'gatekeeper.config.ts'), 'utf8').matchAll(/^ {4}([A-Z_]+): new /gm)].map(
  ([, name]) => name!,
);

const sum = (counts: readonly unknown[]) => counts.reduce((total: number, count) => total + Number(count), 0);

/** The answer to a command at the root of this repository, over the shop's config. */
async function ask(...args: readonly string[]) {
  const { code, stdout, stderr } = await shop.gatekeeper([...args, '--json'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('every flag of the shop is listed, and each can be shown', async () => {
  expect(flags.length).toBeGreaterThan(10);
  expect((await ask('list')).map(({ flag }: { flag: string }) => flag)).toEqual(flags);
  const shown = await Promise.all(['HEADLINE', 'KILN_MORNING', 'GIFT_WRAP'].map((flag) => ask('show', flag)));
  expect(shown).toMatchObject([
    { rules: [{ gives: { TABLE: 34, TUESDAY: 33, TIDE: 33 } }] },
    { rules: [{ rollout: { percent: expect.any(Number) } }] },
    { requires: [{ flag: 'ONE_PAGE_CHECKOUT', variant: 'ONE_PAGE' }] },
  ]);
  const { stdout } = await shop.gatekeeper(['show', 'CARD_CHECK'], env);
  expect(stdout).toContain(`
  measures   order (conversion); revenue (mean); request latency
  guardrails request errors above 2x: kill; request latency, p95 above +500ms:
             kill; revenue below -20%: notify
`);
});

test('what the README shows of it: who gets which headline, and who moves', async () => {
  const { now, before } = await ask('simulate', 'HEADLINE', '--count', '30000', '--against', 'HEAD');
  for (const side of [now, before]) expect(sum(Object.values(side))).toBe(30_000);
  for (const count of Object.values(now)) expect(Number(count) / 10_000).toBeCloseTo(1, 1);
});

test('what staff change here is what a shop beside it serves', async () => {
  await ask('kill', 'PAYMENTS', '--reason', 'the provider is down', '--actor', 'Ada');
  expect(await ask('explain', 'PAYMENTS', '--user', '1')).toMatchObject({ variant: 'OFF', reason: 'killed' });
  expect(await ask('history', 'PAYMENTS')).toMatchObject([{ action: 'kill', actor: 'Ada' }]);
  expect(await ask('override-link', 'WISHLIST', 'VISIBLE')).toMatchObject({ environment: 'development' });
});
