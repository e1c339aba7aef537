import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Request } from 'express';
import request from 'supertest';
import { createEngine } from 'gatekeeper-flags';
import { overrideCookie, testGatekeeper } from 'gatekeeper-flags/testing';
import { config } from '../../gatekeeper.config';
import { billFor, placeOnce, priceOf } from './orders';
import { demoCharge } from './payments';
import { findProduct } from './products';
import { emptySession } from './session';
import { createShop } from './shop';

const JUG = findProduct('tide-jug')!;
const engine = createEngine(config);
const server = createServer(createShop(engine));
let url: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await engine.close();
});

/** A page, as somebody with these cookies gets it. */
async function page(path: string, ...cookies: readonly string[]): Promise<string> {
  const { text } = await request(url).get(path).set('Cookie', cookies.join('; '));
  return text;
}

/** The cookie of somebody who has a jug in their basket. */
async function withBasket(): Promise<string> {
  const { headers } = await request(url).post('/basket').set('Origin', url).type('form').send({ slug: JUG.slug });
  return String(headers['set-cookie']).split(';')[0]!;
}

/** Somebody's request, with a jug in their basket. */
function requestOf(gk: Request['gk']): Request {
  return { gk, session: { ...emptySession(), basket: new Map([[JUG.slug, 1]]) } } as unknown as Request;
}

const pay = (gk: Request['gk'], charge = demoCharge) =>
  placeOnce('a form', requestOf(gk), '4242 4242 4242 4242', charge);

describe('the shelf', () => {
  test('has nine pots', async () => {
    const slugs = [...(await page('/')).matchAll(/href="\/pots\/([\w-]+)"/g)].map(([, slug]) => slug);
    expect(new Set(slugs).size).toBe(9);
  });

  test('has plain cards', async () => {
    expect(await page('/', overrideCookie({ PRODUCT_CARD: 'CLASSIC' }).header)).toContain('class="card classic"');
  });

  test('has wide cards that tell a story', async () => {
    const shelf = await page('/', overrideCookie({ PRODUCT_CARD: 'EDITORIAL' }).header);
    expect(shelf).toContain('class="card editorial lead-card"');
    expect(shelf).toContain('class="shelf-grid editorial"');
  });

  test('opens with the table', async () => {
    expect(await page('/', overrideCookie({ HEADLINE: 'TABLE' }).header)).toContain('<h1>Pots for the table');
  });

  test('opens with a Tuesday', async () => {
    expect(await page('/', overrideCookie({ HEADLINE: 'TUESDAY' }).header)).toContain('<h1>Too good for Sunday');
  });

  test('opens with the tide', async () => {
    expect(await page('/', overrideCookie({ HEADLINE: 'TIDE' }).header)).toContain('the tide brings the');
  });

  test('has no invitation to the kiln', async () => {
    expect(await page('/', overrideCookie({ KILN_MORNING: 'HIDDEN' }).header)).not.toContain('id="kiln-morning"');
  });

  test('has an invitation to the kiln', async () => {
    expect(await page('/', overrideCookie({ KILN_MORNING: 'VISIBLE' }).header)).toContain('id="kiln-morning"');
  });
});

describe('the line above every page', () => {
  test('is not there', async () => {
    expect(await page('/login', overrideCookie({ BANNER: 'NONE' }).header)).not.toContain('class="banner"');
  });

  test('speaks of Christmas', async () => {
    const login = await page('/login', overrideCookie({ BANNER: 'FREE_DELIVERY' }).header);
    expect(login).toContain('<a href="/pots/tide-jug">Start with the Tide jug</a>');
  });

  test('speaks of parcels to other countries', async () => {
    expect(await page('/login', overrideCookie({ BANNER: 'POSTING_ABROAD' }).header)).toContain('Posting abroad');
  });
});

describe('the page of a pot', () => {
  test('sells one, or a few', async () => {
    const jug = await page('/pots/tide-jug', overrideCookie({ SET_OF_SIX: 'HIDDEN', WISHLIST: 'HIDDEN' }).header);
    expect(jug).toContain('Add to basket');
    expect(jug).not.toContain('Six for the café');
    expect(jug).not.toContain('Wish for it');
  });

  test('sells six at once', async () => {
    const jug = await page('/pots/tide-jug', overrideCookie({ SET_OF_SIX: 'VISIBLE' }).header);
    expect(jug).toContain('Six for the café');
  });

  test('has a heart, and there is a wishlist', async () => {
    const cookie = overrideCookie({ WISHLIST: 'VISIBLE' }).header;
    expect(await page('/pots/tide-jug', cookie)).toContain('Wish for it');
    expect(await page('/wishlist', cookie)).toContain('Nothing wished for yet');
  });

  test('names nobody to write to', async () => {
    expect(await page('/pots/tide-jug', overrideCookie({ OWN_POTTER: 'HIDDEN' }).header)).not.toContain('Ffion');
  });
});

describe('prices', () => {
  test('are those on the shelf', () => {
    expect(priceOf(JUG, testGatekeeper(config, { TRADE_PRICES: 'RETAIL' }))).toBe(JUG.pence);
  });

  test('are lower for the trade', () => {
    expect(priceOf(JUG, testGatekeeper(config, { TRADE_PRICES: 'TRADE' }))).toBe(Math.round(JUG.pence * 0.85));
  });

  test('of wrapping are none where it is not offered', () => {
    const gk = testGatekeeper(config, { GIFT_WRAP: 'HIDDEN' });
    expect(billFor(requestOf(gk), { gift: 'yes' }).gift).toBe(0);
  });

  test('of wrapping are on the bill', () => {
    const gk = testGatekeeper(config, { ONE_PAGE_CHECKOUT: 'ONE_PAGE', GIFT_WRAP: 'OFFERED' });
    expect(billFor(requestOf(gk), { gift: 'yes' }).gift).toBe(450);
  });
});

describe('the checkout', () => {
  test('takes three steps', async () => {
    const checkout = await page('/checkout', await withBasket(), overrideCookie({ ONE_PAGE_CHECKOUT: 'STEPS' }).header);
    expect(checkout).toContain('name="step"');
    expect(checkout).not.toContain('name="card"');
  });

  test('is one page', async () => {
    const cookie = overrideCookie({ ONE_PAGE_CHECKOUT: 'ONE_PAGE', PAYMENTS: 'ON' }).header;
    expect(await page('/checkout', await withBasket(), cookie)).toContain('name="card"');
  });

  test('says that the bank is asked', async () => {
    const cookie = overrideCookie({ ONE_PAGE_CHECKOUT: 'ONE_PAGE', PAYMENTS: 'ON', CARD_CHECK: 'BANK' }).header;
    expect(await page('/checkout', await withBasket(), cookie)).toContain('Your bank is asked');
  });

  test('charges the card', async () => {
    const { payment } = await pay(testGatekeeper(config, { PAYMENTS: 'ON', CARD_CHECK: 'NONE' }));
    expect(payment).toContain('By card ending in 4242');
  });

  test('charges the card once the bank was asked', async () => {
    const { payment } = await pay(testGatekeeper(config, { PAYMENTS: 'ON', CARD_CHECK: 'BANK' }));
    expect(payment).toContain('By card ending in 4242');
  });

  test('charges no card while payments are off', async () => {
    const charge = jest.fn(demoCharge);
    const { payment } = await pay(testGatekeeper(config, { PAYMENTS: 'OFF' }), charge);
    expect(payment).toBe('On delivery, in cash or by card');
    expect(charge).not.toHaveBeenCalled();
  });
});
