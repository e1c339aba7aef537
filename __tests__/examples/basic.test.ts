import { startExample, type RunningExample } from '../support/start-example';

let example: RunningExample;
beforeAll(async () => {
  example = await startExample('basic');
}, 60_000);

async function menuOf(user: string): Promise<string> {
  return (await fetch(`${example.url}/${user}`)).text();
}

test('the users in the rule see the new menu', async () => {
  expect(await menuOf('?user=1')).toBe('Try our new menu!');
  expect(await menuOf('?user=3')).toBe('Try our new menu!');
});

test('everybody else sees the old one', async () => {
  expect(await menuOf('?user=4')).toBe('Here is the menu.');
  expect(await menuOf('?user=nobody')).toBe('Here is the menu.');
  expect(await menuOf('')).toBe('Here is the menu.');
});
