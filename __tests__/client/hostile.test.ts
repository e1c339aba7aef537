import naughtyStrings from 'big-list-of-naughty-strings';
import { engineOf, toggle } from '../support/config';
import { clientSite } from '../support/client-pages';

const HOSTILE = [
  '</script><script>window.broken = 1</script>',
  '<!--',
  '<!-- <script>',
  '-->',
  '</SCRIPT\n>',
  '<script>',
  ']]>',
  '\u2028window.broken = 1\u2029',
  '&lt;/script&gt;',
  '\\u003c/script>',
  '\ud800',
  '\0',
];
const payload = [...HOSTILE, ...naughtyStrings];
const names = [
  '</script><img src=x onerror="window.broken=1">',
  '<!--<script>',
  '__proto__',
  'constructor',
  'a"b',
  '\u2028',
];
const flags = Object.fromEntries(
  names.map((name) => [name, toggle({ clientSide: true, payloads: { OFF: { [name]: payload } } })]),
);
const site = clientSite(engineOf(flags));

test('a hostile payload or name arrives as it is, from the bootstrap and from the endpoint, and runs nothing', async () => {
  const { page, complaints } = await site.open('/page');
  const read = (names: string[]) =>
    page.evaluate(
      (names) => JSON.stringify(names.map((name) => [client.ffVariant(name as never), client.payload(name as never)])),
      names,
    );
  const expected = JSON.stringify(names.map((name) => ['OFF', { [name]: payload }]));
  expect(await read(names)).toBe(expected);
  await page.evaluate(async () => {
    document.getElementById('gatekeeper')!.remove();
    client.close();
    client = createClient();
    await client.ready;
  });
  expect(await read(names)).toBe(expected);
  expect(await page.evaluate(() => [(window as any).broken, document.scripts.length, document.images.length])).toEqual([
    undefined,
    2,
    0,
  ]);
  expect(complaints).toEqual([]);
  await page.context().close();
});
