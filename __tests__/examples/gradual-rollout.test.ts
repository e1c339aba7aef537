import { startExample } from '../support/start-example';

interface Share {
  readonly search: number;
  readonly editor: number;
}

/** How many of a thousand users have each on that day, and the editor of each of the first hundred. */
async function on(day: string) {
  const { url } = await startExample('gradual-rollout', { TODAY: day });
  const get = async <T>(path: string) => (await (await fetch(url + path)).json()) as T;
  const users = Array.from({ length: 100 }, (_, id) => get<{ EDITOR: string }>(`/?user=${id}`));
  return { share: await get<Share>('/share'), editors: (await Promise.all(users)).map(({ EDITOR }) => EDITOR) };
}

test('a quarter of all users, whatever the day', async () => {
  const days = [await on('2026-11-01'), await on('2027-01-01')];
  for (const { share } of days) expect(Math.abs(share.search - 250)).toBeLessThan(50); // 3.6 standard deviations
  expect(days[0]!.share.search).toBe(days[1]!.share.search);
}, 60_000);

test('5 % on day 1, 25 % on day 3, 50 % on day 7, everybody on day 14; whoever has it keeps it', async () => {
  const shares: number[] = [];
  let before: string[] = new Array(100).fill('OLD');
  for (const day of ['2026-11-30T23:59Z', '2026-12-01', '2026-12-03', '2026-12-07', '2026-12-14']) {
    const { share, editors } = await on(day);
    shares.push(share.editor / 10);
    for (const [id, editor] of before.entries()) if (editor === 'NEW') expect([id, editors[id]]).toEqual([id, 'NEW']);
    before = editors;
  }
  const wanted = [0, 5, 25, 50, 100];
  expect(shares.map((share, step) => Math.abs(share - wanted[step]!) < 5)).toEqual(wanted.map(() => true));
  expect([shares[0], shares[4]]).toEqual([0, 100]);
}, 60_000);
