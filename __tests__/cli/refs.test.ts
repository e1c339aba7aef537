import { symlinkSync } from 'node:fs';
import { configSource, project } from '../support/cli';

const CONFIG = configSource({ SEARCH: '', CHECKOUT: '', OLD: '' });

async function refs(files: { readonly [path: string]: string }, ...args: readonly string[]) {
  const made = project({ 'gatekeeper.config.ts': CONFIG, ...files });
  const { code, stdout, stderr } = await made.gatekeeper(['refs', '--json', ...args]);
  return { code, stderr, ...(code === 2 ? {} : (JSON.parse(stdout) as any)) };
}

function placesOf(list: any, flag: string): readonly string[] {
  const { uses } = list.flags.find((one: any) => one.flag === flag);
  return uses.map(({ kind, file, line, column }: any) => `${kind} ${file}:${line}:${column}`);
}

test('every kind of use, in every language', async () => {
  const list = await refs({
    'a.ts': `const NAME = 'SEARCH';
req.gk.ff('SEARCH', 'ON');
req.gk.featureFlagVariant("SEARCH");
gk.payload(\`SEARCH\`);
gk.explain(NAME);
gk.cacheKey('CHECKOUT', 'SEARCH');
gk.setBrowserOverride('SEARCH', 'ON');
app.use(requireVariant('SEARCH', 'ON'));
testGatekeeper(config, { SEARCH: 'ON' });
eachVariant(config, 'SEARCH', check);
engine.live.kill('SEARCH', by);
`,
    'b.tsx': `export const B = () => <Variant flag="SEARCH" is="ON">{useFlag('SEARCH', 'ON') && useVariant('SEARCH')}</Variant>;\n`,
    'c.jsx': `export const C = () => <p>{usePayload('SEARCH').text}</p>;\n`,
    'd.cjs': `module.exports = (req) => req.gk.ff('SEARCH', 'ON');\n`,
    'views/e.ejs': `<p>\n<% if (gk.ff('SEARCH', 'ON')) { %>x<% } %>\n`,
    'views/f.eta': `<% if (it.gk.ff('SEARCH', 'ON')) { %>x<% } %>\n`,
    'views/g.pug': `p\n  if gk.ff('SEARCH', 'ON')\n    b x\n`,
    'views/h.njk': `{% if gk.ff("SEARCH", 'ON') %}x{% endif %}\n`,
    'views/i.hbs': `{{#if (ff 'SEARCH' 'ON')}}x{{/if}}{{ffVariant "SEARCH"}}\n`,
  });
  expect(placesOf(list, 'SEARCH')).toEqual([
    'ff a.ts:2:8',
    'ffVariant a.ts:3:8',
    'payload a.ts:4:4',
    'explain a.ts:5:4',
    'cacheKey a.ts:6:4',
    'override a.ts:7:4',
    'requireVariant a.ts:8:9',
    'test a.ts:9:26',
    'test a.ts:10:1',
    'live a.ts:11:13',
    '<Variant> b.tsx:1:24',
    'useFlag b.tsx:1:56',
    'useVariant b.tsx:1:83',
    'usePayload c.jsx:1:28',
    'ff d.cjs:1:34',
    'definition gatekeeper.config.ts:22:47',
    'ff views/e.ejs:2:11',
    'ff views/f.eta:1:14',
    'ff views/g.pug:2:9',
    'ff views/h.njk:1:10',
    'ff views/i.hbs:1:8',
    'ffVariant views/i.hbs:1:37',
  ]);
  expect(list).toMatchObject({ code: 0, stderr: '', neverUsed: ['OLD'], unknown: [], dynamic: [], problems: [] });
});

test('uses of flags that do not exist, with the nearest name, and names made as the program runs', async () => {
  const list = await refs({
    'a.ts': `gk.ff('CHEKOUT', 'ON');\ngk.ff('GONE_LONG_AGO', 'ON');\ngk.ffVariant(name);\ngk.ff(\`A_\${b}\`, 'ON');\n`,
  });
  expect(list.unknown.map(({ line, message }: any) => [line, message])).toEqual([
    [1, 'no flag named "CHEKOUT"; did you mean "CHECKOUT"?'],
    [2, 'no flag named "GONE_LONG_AGO"'],
  ]);
  expect(list.dynamic.map(({ line, text }: any) => [line, text])).toEqual([
    [3, 'gk.ffVariant(name);'],
    [4, "gk.ff(`A_${b}`, 'ON');"],
  ]);
});

test('of one flag, and of one that does not exist', async () => {
  const one = await refs({ 'a.ts': `gk.ff('CHECKOUT', 'ON');\n` }, 'CHECKOUT');
  expect(one.flags).toHaveLength(1);
  const none = await refs({}, 'CHECKUOT');
  expect(none).toEqual({ code: 2, stderr: 'gatekeeper: no flag named "CHECKUOT"; did you mean "CHECKOUT"?\n' });
});

test('CRLF, a byte order mark, and what is commented out', async () => {
  const list = await refs({
    'a.ts': `\ufeffgk.ff('SEARCH', 'ON');\r\n// gk.ff('OLD', 'ON')\r\n  gk.ff('CHECKOUT', 'ON');\r\n`,
  });
  expect([...placesOf(list, 'SEARCH'), ...placesOf(list, 'CHECKOUT')]).toEqual(
    expect.arrayContaining(['ff a.ts:1:4', 'ff a.ts:3:6']),
  );
  expect(list.neverUsed).toEqual(['OLD']);
});

test('a file that does not parse is told of, and the others are looked at', async () => {
  const list = await refs({
    'a.ts': `if (gk.ff('SEARCH', 'ON') {\n`,
    'b.ejs': `<% if (gk.ff('OLD', 'ON')) { %>`,
    'c.ts': `gk.ff('CHECKOUT', 'ON');\n`,
  });
  expect(list.code).toBe(1);
  expect(list.problems.map(({ file, reason }: any) => `${file} ${reason}`)).toEqual([
    expect.stringMatching(/^a\.ts does not parse: .+ \(1:\d+\)$/),
    expect.stringMatching(/^b\.ejs does not parse: /),
  ]);
  expect(placesOf(list, 'CHECKOUT')).toContain('ff c.ts:1:4');
});

test('what git ignores, node_modules and dist are left out; a link is followed once, and not in circles', async () => {
  const use = `gk.ff('SEARCH', 'ON');\n`;
  const made = project({ 'gatekeeper.config.ts': CONFIG, 'real/a.ts': use, 'ignored/b.ts': use, 'dist/c.ts': use });
  made.write('.gitignore', 'ignored\nnode_modules\n');
  made.git('init', '--quiet');
  symlinkSync(made.path('real'), made.path('real/circle'));
  symlinkSync(made.path('real/a.ts'), made.path('linked.ts'));
  symlinkSync(made.path('nothing'), made.path('broken.ts'));
  const list = JSON.parse((await made.gatekeeper(['refs', 'SEARCH', '--json'])).stdout);
  expect(placesOf(list, 'SEARCH').filter((place) => place.startsWith('ff'))).toEqual(['ff real/a.ts:1:4']);
});

test('5,000 files', async () => {
  const made = project({ 'gatekeeper.config.ts': CONFIG });
  const filler = `export function work(value: number): number {\n  return value * 2;\n}\n`.repeat(40);
  for (let at = 0; at < 5000; at += 1) {
    const [ending, text] =
      at % 5 === 0
        ? ['ejs', `${'<p>text</p>\n'.repeat(60)}<% if (gk.ff('SEARCH', 'ON')) { %>x<% } %>\n`]
        : ['ts', `${filler}export const found = (gk: any) => gk.ff('SEARCH', 'ON');\n`];
    made.write(`src/folder${at % 50}/file${at}.${ending}`, text);
  }
  const start = performance.now();
  const { stdout } = await made.gatekeeper(['refs', 'SEARCH']);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`refs over 5,000 files takes ${seconds.toFixed(1)} s\n`);
  expect(stdout.match(/file\d+\.(?:ts|ejs):\d+:\d+ +ff$/gm)).toHaveLength(5000);
  expect(seconds).toBeLessThan(30);
});

test('in 80 columns', async () => {
  const made = project({ 'gatekeeper.config.ts': CONFIG, 'a.ts': `gk.ff('SEARCH', 'ON');\n` });
  const shown = await made.inTerminal(['refs']);
  const lines = shown.replace(/\x1b\[[\d;?]*[a-zA-Z]/g, '').split(/\r?\n/);
  expect(lines).toEqual(expect.arrayContaining(['SEARCH', expect.stringMatching(/^ {2}a\.ts:1:4 +ff$/), 'Never used']));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
