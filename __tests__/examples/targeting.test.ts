import type { Decision } from 'gatekeeper-flags';
import { startExample, type RunningExample } from '../support/start-example';

let example: RunningExample;
beforeAll(async () => {
  example = await startExample('targeting');
}, 60_000);

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(example.url + path)).json()) as T;
}

test.each([
  ['a property', 'SALES_TAX', ['ada', 'cem']],
  ['a cohort by list, and one by pattern', 'NEW_MENU', ['ada', 'cem', 'dan']],
  ['more than 100 employees', 'AUDIT_LOG', ['ada']],
  ['all of enterprise, and of growth bob, who is in the 10 %', 'ASSISTANT', ['ada', 'bob']],
  ['everybody but staff and Germany, so also who has no country', 'SURVEY', ['ada', 'bea', 'dan', 'nobody']],
])('%s: %s', async (_, flag, users) => {
  const on: string[] = [];
  for (const user of ['ada', 'bob', 'bea', 'cem', 'dan', 'nobody']) {
    const flags = await get<{ [flag: string]: string }>(`/?user=${user}`);
    if (flags[flag] === 'ON') on.push(user);
  }
  expect(on).toEqual(users);
});

test('explain says why', async () => {
  const why = async (flag: string, user: string) => {
    const { steps } = await get<Decision>(`/why/${flag}?user=${user}`);
    return steps.flatMap(({ rule, detail }) => (rule === undefined ? [] : [[rule, detail]]));
  };
  expect(await why('AUDIT_LOG', 'bob')).toEqual([['big companies', expect.stringMatching(/employees.*100/)]]);
  expect(await why('ASSISTANT', 'bea')).toEqual([
    ['enterprise', expect.stringMatching(/plan.*growth/)],
    ['growth', expect.stringMatching(/^matches, and bucket [\d.]+ is not under 10 %$/)],
  ]);
});
