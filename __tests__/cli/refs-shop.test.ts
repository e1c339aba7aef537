import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scan } from '../../src/cli/code/scan';

const ROOT = join(__dirname, '../..');
const SHOP = 'examples/shop';
const TESTS = `${SHOP}/shop.test.ts`;

// Made by hand: what the shop asks, where, and where in the line the name of what asks begins.
const BY_HAND: readonly (readonly [flag: string, kind: string, file: string, code: string, nth?: number])[] = [
  ['ONE_PAGE_CHECKOUT', 'ff', `${SHOP}/routes/checkout.ts`, "ff('ONE_PAGE_CHECKOUT', 'ONE_PAGE')"],
  ['ONE_PAGE_CHECKOUT', 'ff', `${SHOP}/routes/checkout.ts`, "ff('ONE_PAGE_CHECKOUT', 'ONE_PAGE')", 2],
  ['ONE_PAGE_CHECKOUT', 'requires', 'gatekeeper.config.ts', "'ONE_PAGE_CHECKOUT', variant"],
  ['ONE_PAGE_CHECKOUT', 'definition', 'gatekeeper.config.ts', 'ONE_PAGE_CHECKOUT: new'],
  ['PRODUCT_CARD', 'ff', `${SHOP}/views/home.ejs`, "ff('PRODUCT_CARD', 'EDITORIAL')"],
  ['PRODUCT_CARD', 'ff', `${SHOP}/views/product.ejs`, "ff('PRODUCT_CARD', 'EDITORIAL')"],
  ['PRODUCT_CARD', 'ff', `${SHOP}/views/wishlist.ejs`, "ff('PRODUCT_CARD', 'EDITORIAL')"],
  ['PRODUCT_CARD', 'ff', `${SHOP}/views/partials/product-card.ejs`, "ff('PRODUCT_CARD', 'EDITORIAL')"],
  ['PRODUCT_CARD', 'definition', 'gatekeeper.config.ts', 'PRODUCT_CARD: new'],
  ['PAYMENTS', 'ff', `${SHOP}/orders.ts`, "ff('PAYMENTS', 'ON')"],
  ['PAYMENTS', 'ff', `${SHOP}/routes/checkout.ts`, "ff('PAYMENTS', 'ON')"],
  ['PAYMENTS', 'ff', `${SHOP}/views/partials/form-payment.ejs`, "ff('PAYMENTS', 'ON')"],
  ['PAYMENTS', 'requires', 'gatekeeper.config.ts', "'PAYMENTS', variant"],
  ['PAYMENTS', 'definition', 'gatekeeper.config.ts', 'PAYMENTS: new'],
  ['BANNER', 'payload', `${SHOP}/views/partials/banner.ejs`, "payload('BANNER')"],
  ['BANNER', 'definition', 'gatekeeper.config.ts', 'BANNER: new'],
  ['GIFT_WRAP', 'payload', `${SHOP}/orders.ts`, "payload('GIFT_WRAP')"],
  ['GIFT_WRAP', 'ff', `${SHOP}/views/partials/form-gift.ejs`, "ff('GIFT_WRAP', 'OFFERED')"],
  ['GIFT_WRAP', 'payload', `${SHOP}/views/partials/form-gift.ejs`, "payload('GIFT_WRAP')"],
  ['GIFT_WRAP', 'definition', 'gatekeeper.config.ts', 'GIFT_WRAP: new'],
  ['WISHLIST', 'requireVariant', `${SHOP}/routes/wishlist.ts`, "requireVariant('WISHLIST', 'VISIBLE'"],
  ['WISHLIST', 'ff', `${SHOP}/views/partials/head.ejs`, "ff('WISHLIST', 'VISIBLE')"],
  ['WISHLIST', 'ff', `${SHOP}/views/product.ejs`, "ff('WISHLIST', 'VISIBLE')"],
  ['WISHLIST', 'definition', 'gatekeeper.config.ts', 'WISHLIST: new'],
  ['SHELF_SEARCH', 'ff', `${SHOP}/public/shelf.js`, "ff('SHELF_SEARCH', 'VISIBLE')"],
  ['SHELF_SEARCH', 'definition', 'gatekeeper.config.ts', 'SHELF_SEARCH: new'],
  ['TRADE_PRICES', 'payload', `${SHOP}/orders.ts`, "payload('TRADE_PRICES')"],
  ['TRADE_PRICES', 'ff', `${SHOP}/views/product.ejs`, "ff('TRADE_PRICES', 'TRADE')"],
  ['TRADE_PRICES', 'definition', 'gatekeeper.config.ts', 'TRADE_PRICES: new'],
  ['SET_OF_SIX', 'ff', `${SHOP}/views/product.ejs`, "ff('SET_OF_SIX', 'VISIBLE')"],
  ['SET_OF_SIX', 'definition', 'gatekeeper.config.ts', 'SET_OF_SIX: new'],
  ['OWN_POTTER', 'payload', `${SHOP}/views/partials/own-potter.ejs`, "payload('OWN_POTTER')"],
  ['OWN_POTTER', 'definition', 'gatekeeper.config.ts', 'OWN_POTTER: new'],
  ['HEADLINE', 'payload', `${SHOP}/views/home.ejs`, "payload('HEADLINE')"],
  ['HEADLINE', 'definition', 'gatekeeper.config.ts', 'HEADLINE: new'],
  ['KILN_MORNING', 'ff', `${SHOP}/views/home.ejs`, "ff('KILN_MORNING', 'VISIBLE')"],
  ['KILN_MORNING', 'definition', 'gatekeeper.config.ts', 'KILN_MORNING: new'],
  ['CARD_CHECK', 'ff', `${SHOP}/orders.ts`, "ff('CARD_CHECK', 'BANK')"],
  ['CARD_CHECK', 'ff', `${SHOP}/views/partials/form-payment.ejs`, "ff('CARD_CHECK', 'BANK')"],
  ['CARD_CHECK', 'definition', 'gatekeeper.config.ts', 'CARD_CHECK: new'],
  // What its own tests override.
  ['PRODUCT_CARD', 'test', TESTS, "PRODUCT_CARD: 'CLASSIC'"],
  ['PRODUCT_CARD', 'test', TESTS, "PRODUCT_CARD: 'EDITORIAL'"],
  ['HEADLINE', 'test', TESTS, "HEADLINE: 'TABLE'"],
  ['HEADLINE', 'test', TESTS, "HEADLINE: 'TUESDAY'"],
  ['HEADLINE', 'test', TESTS, "HEADLINE: 'TIDE'"],
  ['KILN_MORNING', 'test', TESTS, "KILN_MORNING: 'HIDDEN'"],
  ['KILN_MORNING', 'test', TESTS, "KILN_MORNING: 'VISIBLE'"],
  ['BANNER', 'test', TESTS, "BANNER: 'NONE'"],
  ['BANNER', 'test', TESTS, "BANNER: 'FREE_DELIVERY'"],
  ['BANNER', 'test', TESTS, "BANNER: 'POSTING_ABROAD'"],
  ['SET_OF_SIX', 'test', TESTS, "SET_OF_SIX: 'HIDDEN'"],
  ['SET_OF_SIX', 'test', TESTS, "SET_OF_SIX: 'VISIBLE'"],
  ['WISHLIST', 'test', TESTS, "WISHLIST: 'HIDDEN'"],
  ['WISHLIST', 'test', TESTS, "WISHLIST: 'VISIBLE'"],
  ['OWN_POTTER', 'test', TESTS, "OWN_POTTER: 'HIDDEN'"],
  ['TRADE_PRICES', 'test', TESTS, "TRADE_PRICES: 'RETAIL'"],
  ['TRADE_PRICES', 'test', TESTS, "TRADE_PRICES: 'TRADE'"],
  ['GIFT_WRAP', 'test', TESTS, "GIFT_WRAP: 'HIDDEN'"],
  ['GIFT_WRAP', 'test', TESTS, "GIFT_WRAP: 'OFFERED'"],
  ['ONE_PAGE_CHECKOUT', 'test', TESTS, "ONE_PAGE_CHECKOUT: 'STEPS'"],
  ['ONE_PAGE_CHECKOUT', 'test', TESTS, "ONE_PAGE_CHECKOUT: 'ONE_PAGE'"],
  ['ONE_PAGE_CHECKOUT', 'test', TESTS, "ONE_PAGE_CHECKOUT: 'ONE_PAGE'", 2],
  ['ONE_PAGE_CHECKOUT', 'test', TESTS, "ONE_PAGE_CHECKOUT: 'ONE_PAGE'", 3],
  ['PAYMENTS', 'test', TESTS, "PAYMENTS: 'ON'"],
  ['PAYMENTS', 'test', TESTS, "PAYMENTS: 'ON'", 2],
  ['PAYMENTS', 'test', TESTS, "PAYMENTS: 'ON'", 3],
  ['PAYMENTS', 'test', TESTS, "PAYMENTS: 'ON'", 4],
  ['PAYMENTS', 'test', TESTS, "PAYMENTS: 'OFF'"],
  ['CARD_CHECK', 'test', TESTS, "CARD_CHECK: 'BANK'"],
  ['CARD_CHECK', 'test', TESTS, "CARD_CHECK: 'BANK'", 2],
  ['CARD_CHECK', 'test', TESTS, "CARD_CHECK: 'NONE'"],
];

function placeOf([flag, kind, file, code, nth = 1]: (typeof BY_HAND)[number]): string {
  const text = readFileSync(join(ROOT, file), 'utf8');
  let at = -1;
  for (let time = 0; time < nth; time += 1) at = text.indexOf(code, at + 1);
  expect({ file, code, isThere: at !== -1 }).toEqual({ file, code, isThere: true });
  const before = text.slice(0, at).split('\n');
  // What another flag requires is where the name is: after `flag: `.
  return `${flag} ${kind} ${file}:${before.length}:${before.at(-1)!.length + 1}`;
}

test('every use in the shop, as in the list made by hand', () => {
  const found = scan(ROOT)
    .uses.filter(({ file }) => file === 'gatekeeper.config.ts' || file.startsWith(`${SHOP}/`))
    .map(({ flag, kind, file, line, column }) => `${flag} ${kind} ${file}:${line}:${column}`);
  expect(found.sort()).toEqual(BY_HAND.map(placeOf).sort());
});

test('and the command prints them', () => {
  const args = [join(ROOT, 'dist/cli/gatekeeper.js'), 'refs', 'TRADE_PRICES'];
  const printed = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  for (const one of BY_HAND.filter(([flag]) => flag === 'TRADE_PRICES'))
    expect(printed).toContain(placeOf(one).split(' ')[2]);
});
