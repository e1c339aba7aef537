import naughty from 'big-list-of-naughty-strings/blns.json';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { differing, look, plain, XSS } from '../support/xss';

const BATCH = 40;
/** A name has something in it, and a path made of dots alone is none. */
const texts = [...new Set([...XSS, ...naughty])].filter((text) => text !== '' && !/^\.\.?$/.test(text));
const batches = Array.from({ length: Math.ceil(texts.length / BATCH) }, (_, n) =>
  texts.slice(n * BATCH, (n + 1) * BATCH),
);

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test.each(batches.map((batch, n) => [n, batch] as const))(
  'batch %i of naughty strings is text on every page',
  async (_, batch) => {
    const some = (all: readonly string[]) => all.filter((_, n) => n % 13 === 0);
    const usual = await look(browser, plain(batch), some(plain(batch)));
    const attacked = await look(browser, batch, some(batch));
    expect(attacked.complaints).toEqual([]);
    expect(differing(attacked, usual)).toEqual([]);
  },
  300_000,
);
