import { createServer, type AddressInfo } from 'node:net';
import { overrideCookie } from 'gatekeeper-flags/testing';
import request from 'supertest';
import { FILLED_IN, loggedIn, startShop, textOf, visitor, type Visitor } from '../support/example-shop';

const ADA = 1;
const LINUS = 7;
const HEDY = 8;
const KATHERINE = 11;
const GRACE = 42;
const JOAN = 100;

// prettier-ignore
const FLAGS = [
  'ONE_PAGE_CHECKOUT', 'PRODUCT_CARD', 'PAYMENTS', 'BANNER', 'GIFT_WRAP', 'WISHLIST', 'TRADE_PRICES',
  'SET_OF_SIX', 'OWN_POTTER', 'HEADLINE', 'KILN_MORNING', 'CARD_CHECK',
];

let url: string;
beforeAll(async () => {
  ({ url } = await startShop({ SHOP_TODAY: '2026-11-21' }));
}, 60_000);

/** A page for somebody with these overrides, and nothing else, in their cookies. */
const overridden = (path: string, choices: { readonly [flag: string]: string }) =>
  request(url).get(path).set('Cookie', overrideCookie(choices).header);

describe('visitors', () => {
  test('the home page shows every pot, drawn each in its own way', async () => {
    const home = await request(url).get('/').expect(200);
    const pots = [...home.text.matchAll(/href="\/pots\/([\w-]+)"/g)].map(([, slug]) => slug);
    expect(new Set(pots).size).toBe(9);
    const drawings = [...home.text.matchAll(/<clipPath id="[\w-]+"><path d="([^"]+)"/g)].map(([, outline]) => outline);
    expect(new Set(drawings).size).toBe(9);
    const ids = [...home.text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('who only looks around gets no session, and an anonymous id on the page that needs one', async () => {
    const answers = await Promise.all(
      ['/', '/pots/tide-jug', '/basket', '/login'].map((path) => request(url).get(path).expect(200)),
    );
    const [home, ...others] = answers.map(({ headers }) => headers['set-cookie']);
    expect(home).toEqual([expect.stringMatching(/^gk_id=/)]);
    expect(others).toEqual([undefined, undefined, undefined]);
  });

  test('one logs in with a click, or with an e-mail address, and out again', async () => {
    const ada = await loggedIn(url, ADA);
    expect(textOf(await ada.get('/'))).toContain('Ada · log out');
    await ada.post('/logout');
    expect(textOf(await ada.get('/'))).not.toContain('log out');

    const somebody = visitor(url);
    await somebody.post('/login', { email: 'no address' }).expect(422);
    await somebody.post('/login', { email: 'Mair@post.example' }).expect(303);
    expect(textOf(await somebody.get('/'))).toContain('mair · log out');
  });

  test.each(['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example'])(
    'the login does not lead on to %s',
    async (next) => {
      const { headers } = await visitor(url).post('/login', { id: JOAN, next });
      expect(headers.location).toBe('/');
    },
  );

  test('a basket holds what was put in, and adds up', async () => {
    const joan = await loggedIn(url, JOAN);
    await joan.post('/basket', { slug: 'estuary-mug', quantity: 2 });
    await joan.post('/basket', { slug: 'pebble-cup', quantity: 1 });
    expect(textOf(await joan.get('/basket'))).toMatch(/Pots £74\.00 Delivery Free Total £74\.00/);
    await joan.post('/basket/estuary-mug', { quantity: 1 });
    await joan.post('/basket/pebble-cup/remove');
    expect(textOf(await joan.get('/basket'))).toMatch(/Pots £28\.00 Delivery £4\.95 Total £32\.95/);
  });

  test('nobody sees the orders of somebody else', async () => {
    const [grace, joan] = await Promise.all([loggedIn(url, GRACE), loggedIn(url, JOAN)]);
    await grace.post('/basket', { slug: 'pebble-cup' });
    const { headers } = await grace.post('/checkout', FILLED_IN).expect(303);
    await grace.get(headers.location!).expect(200);
    await joan.get(headers.location!).expect(404);
  });
});

test('a form that is sent twice, at once and again, is one order', async () => {
  const grace = await loggedIn(url, GRACE);
  await grace.post('/basket', { slug: 'tide-jug' });
  const [, form] = /name="form" value="([^"]+)"/.exec((await grace.get('/checkout')).text)!;
  const declined = await grace
    .post('/checkout', { ...FILLED_IN, form: form!, card: '4000 0000 0000 0002' })
    .expect(422);
  expect(textOf(declined)).toContain('The card was declined.');

  const send = () => grace.post('/checkout', { ...FILLED_IN, form: form! }).expect(303);
  const answers = [...(await Promise.all([send(), send()])), await send()];
  const orders = new Set(answers.map(({ headers }) => headers.location));
  expect([...orders]).toEqual([expect.stringMatching(/^\/orders\/SM-\d+$/)]);
  await grace.post('/basket', { slug: 'tide-jug' });
  expect(orders).not.toContain((await grace.post('/checkout', FILLED_IN).expect(303)).headers.location);
});

describe('forms from elsewhere', () => {
  test.each([
    ['another site says so', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another subdomain says so', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:1' }],
    ['another origin', { Origin: 'https://elsewhere.example' }],
    ['no origin', {}],
    ['an opaque origin', { Origin: 'null' }],
  ])('are refused: %s', async (_, headers) => {
    const agent = request.agent(url);
    const answer = await agent.post('/basket').set(headers).type('form').send({ slug: 'tide-jug' });
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(textOf(await agent.get('/basket'))).toContain('nothing in it yet');
  });
});

describe('ONE_PAGE_CHECKOUT', () => {
  const checkoutOf = async (id: number) => {
    const somebody = await loggedIn(url, id);
    await somebody.post('/basket', { slug: 'tide-jug' });
    return textOf(await somebody.get('/checkout'));
  };

  test('user 42 is listed for it, and staff get it by the rule', async () => {
    for (const id of [GRACE, ADA]) {
      const page = await checkoutOf(id);
      expect(page).toMatch(/Where it goes .* How it gets there .* How you pay/);
    }
  });

  test('the growth plan gets it in Britain and Ireland', async () => {
    await expect(checkoutOf(HEDY)).resolves.toContain('How you pay');
  });

  test('others go through three steps', async () => {
    const page = await checkoutOf(JOAN);
    expect(page).toContain('Address Delivery Payment Where it goes');
    expect(page).not.toContain('How you pay');
  });

  test('the steps ask for what is missing, and end in an order', async () => {
    const joan = await loggedIn(url, JOAN);
    await joan.post('/basket', { slug: 'tide-jug' });
    const { card, delivery, ...address } = FILLED_IN;
    expect(textOf(await joan.get('/checkout?step=payment'))).toContain('Where it goes');
    expect(textOf(await joan.post('/checkout', { step: 'address', ...address, city: '' }).expect(422))).toContain(
      'Which town?',
    );
    const next = await joan.post('/checkout', { step: 'address', ...address }).expect(303);
    expect(next.headers.location).toBe('/checkout?step=delivery');
    await joan.post('/checkout', { step: 'delivery', delivery }).expect(303);
    const ordered = await joan.post('/checkout', { step: 'payment', card }).expect(303);
    expect(textOf(await joan.get(ordered.headers.location!))).toMatch(
      /Thank you, Mair\..* ending in 4242 .* Total £54\.00/,
    );
  });
});

describe('GIFT_WRAP', () => {
  test('is offered where its prerequisite is met, and costs what its payload says', async () => {
    const grace = await loggedIn(url, GRACE);
    await grace.post('/basket', { slug: 'tide-jug' });
    expect(textOf(await grace.get('/checkout'))).toMatch(/Wrap it .* £4\.50/);
    const { headers } = await grace.post('/checkout', { ...FILLED_IN, gift: 'yes', note: 'For you' }).expect(303);
    expect(textOf(await grace.get(headers.location!))).toMatch(/“For you” .* Gift wrapping £4\.50 Total £58\.50/);
  });

  test('is off with its prerequisite, even for a form that asks for it', async () => {
    const joan = await loggedIn(url, JOAN);
    await joan.post('/basket', { slug: 'tide-jug' });
    const { card, ...form } = FILLED_IN;
    await joan.post('/checkout', { ...form, step: 'address' });
    const { headers } = await joan.post('/checkout', { step: 'payment', card, gift: 'yes' }).expect(303);
    const order = textOf(await joan.get(headers.location!));
    expect(order).toContain('Total £54.00');
    expect(order).not.toContain('Gift');
  });
});

describe('overrides by cookie', () => {
  test('a plain one shows the other arm of a redesign, and a badge that says so', async () => {
    const before = await request(url).get('/');
    expect(before.text).toContain('class="card classic"');
    expect(before.text).not.toContain('Overridden in this browser');
    const after = await overridden('/', { PRODUCT_CARD: 'EDITORIAL' });
    expect(after.text).toContain('class="card editorial');
    expect(after.text).not.toContain('class="card classic"');
    expect(textOf(after)).toContain('Overridden in this browser PRODUCT_CARD EDITORIAL');
  });

  test('the badge clears them', async () => {
    const { headers } = await request(url)
      .post('/gatekeeper-badge')
      .set({ Origin: url, Cookie: overrideCookie({ PRODUCT_CARD: 'EDITORIAL', WISHLIST: 'VISIBLE' }).header });
    expect(headers['set-cookie']).toContainEqual(expect.stringMatching(/^gatekeeper=; Max-Age=0;/));
  });

  test('a permission cannot be overridden', async () => {
    const linus = await loggedIn(url, LINUS);
    expect(textOf(await linus.get('/pots/harbour-teapot'))).toContain('Trade price for Brasserie Nord');
    const page = await overridden('/pots/harbour-teapot', { TRADE_PRICES: 'TRADE' }).expect(200);
    expect(textOf(page)).not.toContain('£79.90');
  });
});

describe('WISHLIST', () => {
  test('does not exist for customers', async () => {
    const notFound = textOf(await request(url).get('/wishlist').expect(404));
    expect(notFound).toBe(textOf(await request(url).get('/no-such-page').expect(404)));
    expect(notFound).toContain('Not on this shelf');
    const joan = await loggedIn(url, JOAN);
    await joan.get('/wishlist').expect(404);
    await joan.post('/wishlist', { slug: 'tide-jug' }).expect(404);
    expect(textOf(await joan.get('/pots/tide-jug'))).not.toContain('Wish for it');
  });

  test('exists for staff, and by override', async () => {
    const ada = await loggedIn(url, ADA);
    await ada.post('/wishlist', { slug: 'tide-jug' }).expect(303);
    expect(textOf(await ada.get('/wishlist').expect(200))).toContain('Tide jug');
    await overridden('/wishlist', { WISHLIST: 'VISIBLE' }).expect(200);
  });
});

test('BANNER says what comes with its variant', async () => {
  expect(textOf(await request(url).get('/'))).toContain('Winter firing Order by 18 December');
  const grace = await loggedIn(url, GRACE);
  expect(textOf(await grace.get('/'))).toContain('Posting abroad');
});

describe('SET_OF_SIX', () => {
  const teapot = async (id: number) => textOf(await (await loggedIn(url, id)).get('/pots/harbour-teapot'));
  const SIX = 'Six for the café';

  test('some of the growth plan have it, and nobody of other plans', async () => {
    await expect(teapot(HEDY)).resolves.toContain(SIX);
    for (const id of [GRACE, JOAN, KATHERINE]) await expect(teapot(id)).resolves.not.toContain(SIX);
  });

  test('puts six in the basket', async () => {
    const hedy = await loggedIn(url, HEDY);
    await hedy.post('/basket', { slug: 'pebble-cup', quantity: 6 });
    expect(textOf(await hedy.get('/basket'))).toContain('Total £108.00');
  });

  test('staff move its percentage: up adds people, down takes it from all, and the code can have it back', async () => {
    const ada = await loggedIn(url, ADA);
    const rule = { flag: 'SET_OF_SIX', rule: 'growth plan' };
    const move = (percent: number) => ada.act('set-rollout', { ...rule, percent, reason: 'it goes well' }).expect(303);
    await move(50);
    for (const id of [GRACE, HEDY]) await expect(teapot(id)).resolves.toContain(SIX);
    const page = textOf(await ada.get('/gatekeeper/flags/SET_OF_SIX'));
    expect(page).toMatch(/growth plan user.plan is "growth" → VISIBLE 50\s% of users set here; the code says 25\s%/);
    expect(page).toContain('Ada moved “growth plan” of SET_OF_SIX to 50 % it goes well');

    await move(0);
    for (const id of [GRACE, HEDY]) await expect(teapot(id)).resolves.not.toContain(SIX);
    await ada.act('reset-rollout', { ...rule, reason: 'as agreed' });
    await expect(teapot(HEDY)).resolves.toContain(SIX);
    await expect(teapot(GRACE)).resolves.not.toContain(SIX);
  });

  test('staff list a user for it, and take them off again', async () => {
    const ada = await loggedIn(url, ADA);
    const joan = { flag: 'SET_OF_SIX', user: JOAN };
    await ada.act('add-user', { ...joan, variant: 'VISIBLE', reason: 'she asked' }).expect(303);
    await expect(teapot(JOAN)).resolves.toContain(SIX);
    expect(textOf(await ada.get('/gatekeeper/flags/SET_OF_SIX'))).toContain('user 100 → VISIBLE Remove');
    await ada.act('remove-user', { ...joan, reason: 'she has seen it' });
    await expect(teapot(JOAN)).resolves.not.toContain(SIX);
    const page = textOf(await ada.get('/gatekeeper/history'));
    expect(page).toMatch(
      /took user 100 off the list of SET_OF_SIX she .* listed user 100 of SET_OF_SIX for VISIBLE she asked/,
    );
  });
});

describe('OWN_POTTER', () => {
  const POTTER = 'Ffion is your potter';

  test('is for companies of more than a hundred people', async () => {
    const katherine = await loggedIn(url, KATHERINE);
    const page = textOf(await katherine.get('/pots/tide-jug'));
    expect(page).toContain(POTTER);
    expect(page).toContain('a glaze for Meridian Hotels alone: ffion@saltmarsh.example');
    for (const id of [LINUS, GRACE, JOAN])
      expect(textOf(await (await loggedIn(url, id)).get('/pots/tide-jug'))).not.toContain(POTTER);
  });
});

describe('HEADLINE', () => {
  const headlineFor = async (somebody: Visitor) => /<h1>([^<]+)/.exec((await somebody.get('/')).text)![1]!;

  test('visitors get one of three, and keep it through login and logout', async () => {
    const visitors = Array.from({ length: 40 }, () => visitor(url));
    const before = await Promise.all(visitors.map(headlineFor));
    expect([...new Set(before)].sort()).toEqual([
      'Pots for the table you already\u00a0have.',
      'Too good for Sunday. Made for\u00a0Tuesday.',
      'Twice a\u00a0day, the tide brings the\u00a0clay.',
    ]);
    await Promise.all(visitors.map((somebody) => somebody.post('/login', { id: JOAN })));
    await expect(Promise.all(visitors.map(headlineFor))).resolves.toEqual(before);
    await Promise.all(visitors.map((somebody) => somebody.post('/logout')));
    await expect(Promise.all(visitors.map(headlineFor))).resolves.toEqual(before);
  });
});

describe('KILN_MORNING', () => {
  const INVITED = 'Be there when the kiln is opened';
  const EVERYBODY = [JOAN, KATHERINE, HEDY, ADA, LINUS, GRACE];
  async function invited(shop: string): Promise<number[]> {
    const pages = await Promise.all(EVERYBODY.map(async (id) => textOf(await (await loggedIn(shop, id)).get('/'))));
    return EVERYBODY.filter((_, index) => pages[index]!.includes(INVITED));
  }

  test('invites nobody before its first day', async () => {
    await expect(invited(url)).resolves.toEqual([]);
  });

  test('on its third day a quarter is invited; staff hold it there, move it, and give it back', async () => {
    const { url: third } = await startShop({ SHOP_TODAY: '2026-12-03' });
    await expect(invited(third)).resolves.toEqual([JOAN, KATHERINE]);
    expect(textOf(await visitor(third).get('/'))).not.toContain(INVITED);

    const ada = await loggedIn(third, ADA);
    const page = async () => textOf(await ada.get('/gatekeeper/flags/KILN_MORNING'));
    const rule = { flag: 'KILN_MORNING', rule: 'everybody', reason: 'the kiln is small' };
    await expect(page()).resolves.toMatch(/25\s% of users 5\s% 1 Dec 25\s% 3 Dec/);
    await ada.act('hold-ramp', rule);
    await expect(page()).resolves.toMatch(/25\s% of users set here; the code says 5\s% from 1 Dec/);
    await ada.act('set-rollout', { ...rule, percent: 2.5 });
    await expect(invited(third)).resolves.toEqual([JOAN]);
    await ada.act('reset-rollout', rule);
    await expect(invited(third)).resolves.toEqual([JOAN, KATHERINE]);
  }, 60_000);
});

describe('the dashboard', () => {
  test('is for staff', async () => {
    const stranger = await request(url).get('/gatekeeper/').expect(303);
    expect(stranger.headers.location).toBe('/login?next=%2Fgatekeeper%2F');
    const joan = await loggedIn(url, JOAN);
    await joan.get('/gatekeeper/').expect(403);
    await joan.act('kill', { flag: 'BANNER' }).expect(403);
    await joan.act('set-override', { flag: 'WISHLIST', variant: 'VISIBLE' }).expect(403);
    expect(textOf(await joan.get('/'))).toContain('Winter firing');
  });

  test('has every flag, its rules in words, and what this browser gets', async () => {
    const ada = await loggedIn(url, ADA);
    const page = textOf(await ada.get('/gatekeeper/').expect(200));
    for (const name of FLAGS) expect(page).toContain(` ${name} `);
    const flag = textOf(await ada.get('/gatekeeper/flags/ONE_PAGE_CHECKOUT'));
    expect(flag).toContain('In this browser ONE_PAGE rule “staff” matches');
    expect(flag).toContain('staff people who work at the pottery → ONE_PAGE');
    expect(flag).toContain('growth at home user.plan is "growth" and user.country is "GB" or "IE" → ONE_PAGE');
  });

  test('knows why user 42 gets what she gets', async () => {
    const ada = await loggedIn(url, ADA);
    const page = textOf(await ada.get('/gatekeeper/playground?user=42&flag=SET_OF_SIX'));
    expect(page).toMatch(/ONE_PAGE_CHECKOUT ONE_PAGE user 42 is listed/);
    expect(page).toMatch(/SET_OF_SIX HIDDEN .* Rule “growth plan” matches, and bucket 30.7\d+ is not under 25 %/);
  });

  test('its link gives the same overrides to another browser, after a click', async () => {
    const ada = await loggedIn(url, ADA);
    await ada.act('set-override', { flag: 'PRODUCT_CARD', variant: 'CLASSIC' });
    await ada.act('set-override', { flag: 'WISHLIST', variant: 'VISIBLE' });
    await ada.act('clear-override', { flag: 'PRODUCT_CARD' });
    const { link } = (await ada.get('/gatekeeper/api/overrides')).body;
    const path = link.slice(url.length);

    const friend = visitor(url);
    expect((await friend.get(path).expect(200)).headers['set-cookie']).toBeUndefined();
    await friend.get('/wishlist').expect(404);
    await friend.post(path).expect(303);
    await friend.get('/wishlist').expect(200);
    expect(textOf(await friend.get('/'))).toContain('Overridden in this browser WISHLIST VISIBLE');
  });
});

describe('PAYMENTS, on a day on which the card provider is down', () => {
  let down: string;
  beforeAll(async () => {
    down = (await startShop({ SHOP_CARDS: 'down' })).url;
  }, 60_000);

  test('killed, orders go through and no card is charged; restored, cards are charged again', async () => {
    const [ada, grace] = await Promise.all([loggedIn(down, ADA), loggedIn(down, GRACE)]);
    await grace.post('/basket', { slug: 'tide-jug' });
    const failed = await grace.post('/checkout', FILLED_IN).expect(422);
    expect(textOf(failed)).toContain('The card provider does not answer.');

    await ada.act('kill', { flag: 'PAYMENTS', reason: 'the provider is down' }).expect(303);
    const page = textOf(await ada.get('/gatekeeper/flags/PAYMENTS'));
    expect(page).toContain('Everybody gets OFF: killed by Ada: the provider is down');
    expect(page).toContain('now Ada killed PAYMENTS the provider is down');

    const checkout = await grace.get('/checkout').expect(200);
    expect(textOf(checkout)).toContain('Cards are taking a break.');
    expect(checkout.text).not.toContain('name="card"');
    const older = await grace.post('/checkout', FILLED_IN).expect(422); // a form from before the kill
    expect(textOf(older)).toContain('Please choose how you would like to pay.');
    const ordered = await grace.post('/checkout', { ...FILLED_IN, pay: 'invoice' }).expect(303);
    expect(textOf(await grace.get(ordered.headers.location!))).toContain('By invoice, within 14 days');

    await ada.act('restore', { flag: 'PAYMENTS' }).expect(303);
    await grace.post('/basket', { slug: 'tide-jug' });
    await grace.post('/checkout', { ...FILLED_IN, pay: 'invoice' }).expect(422);
  });
});

describe('started otherwise', () => {
  test('on another port where its own is taken, with a flag killed, after the banner has ended', async () => {
    const taken = createServer().listen(0);
    const { port } = taken.address() as AddressInfo;
    const env = { PORT: String(port), GATEKEEPER_KILL: 'PAYMENTS', SHOP_TODAY: '2026-12-21' };
    const other = await startShop(env);
    taken.close();
    expect(Number(new URL(other.url).port)).toBeGreaterThan(port);

    const ada = await loggedIn(other.url, ADA);
    expect(textOf(await ada.get('/'))).not.toMatch(/Winter firing|Posting abroad/);
    await ada.post('/basket', { slug: 'tide-jug' });
    expect(textOf(await ada.get('/checkout'))).toContain('Cards are taking a break.');
    await ada.act('restore', { flag: 'PAYMENTS' });
    expect(textOf(await ada.get('/gatekeeper/flags/PAYMENTS'))).toContain(
      'Everybody gets OFF: killed by GATEKEEPER_KILL',
    );
  }, 60_000);

  test('in production, no plain cookie opens anything, and overrides need staff and a secret', async () => {
    const [bare, signed] = await Promise.all([
      startShop({ NODE_ENV: 'production' }),
      startShop({ NODE_ENV: 'production', SHOP_SECRET: 'a secret of at least 32 characters' }),
    ]);
    for (const { url } of [bare, signed])
      await request(url)
        .get('/wishlist')
        .set('Cookie', overrideCookie({ WISHLIST: 'VISIBLE' }).header)
        .expect(404);

    const withoutSecret = await loggedIn(bare.url, ADA);
    const refused = await withoutSecret.act('set-override', { flag: 'BANNER', variant: 'NONE' }).expect(403);
    expect(textOf(refused)).toContain('Not done: overrides must be signed here');

    const ada = await loggedIn(signed.url, ADA);
    await ada.act('set-override', { flag: 'WISHLIST', variant: 'HIDDEN' }).expect(303);
    await ada.get('/wishlist').expect(404);
    await ada.post('/logout');
    expect(textOf(await ada.get('/'))).not.toContain('Overridden in this browser');
  }, 60_000);
});
