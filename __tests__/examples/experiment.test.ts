import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startExample } from '../support/start-example';

const ROOT = join(__dirname, '../..');

test('visitors see two buttons, and the results count who saw which', async () => {
  const { url } = await startExample('experiment', { SQLITE_FILE: ':memory:' });
  const seen = new Map<string, number>();
  for (let visitor = 0; visitor < 40; visitor++) {
    const page = await fetch(url);
    const [cookie = ''] = page.headers.getSetCookie();
    const [, label = ''] = /<button>(.+)<\/button>/.exec(await page.text()) ?? [];
    seen.set(label, (seen.get(label) ?? 0) + 1);
    const headers = { cookie: cookie.split(';')[0]! };
    await fetch(`${url}/order`, { method: 'POST', headers });
    expect(await (await fetch(url, { headers })).text()).toContain(`<button>${label}</button>`);
  }
  expect([...seen.keys()].sort()).toEqual(['Add to basket', 'Buy']);

  const results = await (await fetch(`${url}/results`)).text();
  expect(results).toContain('# `BUY_BUTTON`');
  expect(results).toContain(`\`BUY\` ${seen.get('Buy')}, \`ADD_TO_BASKET\` ${seen.get('Add to basket')}`);
}, 60_000);

test('three weeks: too early, then to be continued, and judged at the planned size', () => {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'examples/experiment/weeks.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(run.stderr.replace(/^npm warn.*\n/gm, '')).toBe('');
  expect(run.stdout.match(/^## `ADD_TO_BASKET`: .*$/gm)).toEqual([
    '## `ADD_TO_BASKET`: Too early',
    '## `ADD_TO_BASKET`: Keep running',
    '## `ADD_TO_BASKET`: Ship',
  ]);
  const [first, second] = run.stdout.split('# `BUY_BUTTON`').slice(1);
  expect(first).not.toMatch(/\| \*\*order/);
  expect(second).toMatch(/\| \*\*order\*\* \| [\d.]+\s% \| [\d.]+\s% \|/);
}, 60_000);
