/**
 * Every flag of the shop in `examples/shop`: what it is for, who gets which variant, and whom to ask about it.
 *
 * Who gets what is said by `rules`, ordered data of which the first that matches serves, or by a `getVariant` of the
 * flag's own. Rules can be read, and their percentages moved, on the dashboard; `getVariant` can do anything.
 *
 * To add one: write a class, give it a name in `flags` below, and check that name with `req.gk.ff('NAME', 'VARIANT')`,
 * or `gk.ff('NAME', 'VARIANT')` in a template. A misspelt name or variant does not compile.
 */
import type { Request } from 'express';
import { FeatureFlag, P, defineConfig, match, ramp, segment, type Context, type Rule } from 'gatekeeper-flags';
import { Experiment, conversion, errorRate, latency, mean } from 'gatekeeper-flags/experiments';
import type { Company, User } from './examples/shop/accounts';
import { openSink, openStore } from './examples/shop/store';

/** Named once, and used by every flag that is for them. */
const staff = segment('staff', { user: { role: 'staff' } }, { description: 'people who work at the pottery' });

enum Checkout {
  STEPS = 'STEPS',
  ONE_PAGE = 'ONE_PAGE',
}

/** A release: some try it first, then everybody has it, then the flag goes. User ids in `overrides` come before any rule. */
class OnePageCheckout extends FeatureFlag<Checkout> {
  readonly description = 'Checkout on one page instead of in three steps';
  override readonly owner = 'checkout';
  override readonly created = '2026-11-02';
  override readonly expires = '2027-02-01';
  readonly variants = Checkout;
  readonly off = Checkout.STEPS;
  override readonly overrides = { ONE_PAGE: [42] };
  override readonly rules: Rule<Checkout>[] = [
    { name: 'staff', when: staff, serve: 'ONE_PAGE' },
    { name: 'growth at home', when: { user: { plan: 'growth', country: P.union('GB', 'IE') } }, serve: 'ONE_PAGE' },
  ];
}

enum Card {
  CLASSIC = 'CLASSIC',
  EDITORIAL = 'EDITORIAL',
}

/** A redesign of one part of a page: `views/partials/product-card.ejs` asks for it and draws either. */
class ProductCard extends FeatureFlag<Card> {
  readonly description = 'How a pot is shown in the catalogue: a plain card, or a wide one that tells its story';
  override readonly owner = 'catalogue';
  override readonly created = '2026-11-09';
  override readonly expires = '2027-03-01';
  readonly variants = Card;
  readonly off = Card.CLASSIC;
  override getVariant({ app, user }: Context) {
    return match({ app, user })
      .with({ user: { plan: P.union('growth', 'enterprise') } }, () => Card.EDITORIAL)
      .with({ app: { isDev: true }, user: { role: 'staff' } }, () => Card.EDITORIAL)
      .otherwise(() => Card.CLASSIC);
  }
}

enum Switch {
  ON = 'ON',
  OFF = 'OFF',
}

/**
 * A kill switch: ON for everybody, until somebody kills it because the card provider is down. The checkout then offers
 * an invoice or payment on delivery, and does not call the provider at all. Meant to stay.
 */
class Payments extends FeatureFlag<Switch> {
  readonly description = 'Payment by card; when killed, orders are paid on delivery or by invoice';
  override readonly kind = 'ops';
  override readonly owner = 'payments';
  override readonly created = '2026-11-02';
  override readonly permanent = true;
  readonly variants = Switch;
  readonly off = Switch.OFF;
  override getVariant() {
    return Switch.ON;
  }
}

enum Notice {
  NONE = 'NONE',
  FREE_DELIVERY = 'FREE_DELIVERY',
  POSTING_ABROAD = 'POSTING_ABROAD',
}

/** Content from a payload: the template prints what comes with the variant. Outside its dates everybody gets `off`. */
class Banner extends FeatureFlag<Notice> {
  readonly description = 'The line above every page in the weeks before Christmas';
  override readonly owner = 'catalogue';
  override readonly created = '2026-11-12';
  override readonly expires = '2027-01-06';
  override readonly starts = '2026-11-16T00:00Z';
  override readonly ends = '2026-12-21T00:00Z';
  readonly variants = Notice;
  readonly off = Notice.NONE;
  override readonly payloads = {
    FREE_DELIVERY: {
      headline: 'Winter firing',
      text: 'Order by 18 December, and it is under the tree.',
      link: { href: '/pots/tide-jug', label: 'Start with the Tide jug' },
    },
    POSTING_ABROAD: {
      headline: 'Posting abroad',
      text: 'Parcels to other countries leave us for the last time on 5 December.',
      link: { href: '/#pots', label: 'See the pots' },
    },
  };
  override getVariant({ user }: Context) {
    return match(user?.country)
      .with(P.union('GB', undefined), () => Notice.FREE_DELIVERY)
      .otherwise(() => Notice.POSTING_ABROAD);
  }
}

enum GiftOption {
  HIDDEN = 'HIDDEN',
  OFFERED = 'OFFERED',
}

/** Needs another flag: only the one-page checkout has room for it, so everybody else gets `off`, whatever the rule says. */
class GiftWrap extends FeatureFlag<GiftOption> {
  readonly description = 'Gift wrapping with a handwritten card, offered in the one-page checkout';
  override readonly owner = 'checkout';
  override readonly created = '2026-11-16';
  override readonly expires = '2027-02-01';
  readonly variants = GiftOption;
  readonly off = GiftOption.HIDDEN;
  override readonly requires = [{ flag: 'ONE_PAGE_CHECKOUT', variant: Checkout.ONE_PAGE }] as const;
  override readonly payloads = { OFFERED: { pence: 450 } };
  override getVariant() {
    return GiftOption.OFFERED;
  }
}

enum Visibility {
  HIDDEN = 'HIDDEN',
  VISIBLE = 'VISIBLE',
}

/** Unfinished work, merged early: `requireVariant` answers 404 on its routes to all but staff. */
class Wishlist extends FeatureFlag<Visibility> {
  readonly description = 'The wishlist, while we build it';
  override readonly owner = 'catalogue';
  override readonly created = '2026-11-19';
  override readonly expires = '2027-03-01';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override readonly rules: Rule<Visibility>[] = [{ name: 'staff', when: staff, serve: 'VISIBLE' }];
}

/** Asked in the browser: `public/shelf.js` shows the field, and takes it away again when this is switched off. */
class ShelfSearch extends FeatureFlag<Visibility> {
  readonly description = 'A field above the shelf that finds pots while one types';
  override readonly owner = 'catalogue';
  override readonly created = '2026-11-21';
  override readonly expires = '2027-03-01';
  override readonly clientSide = true;
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override readonly unit = 'visitor';
  override readonly rules: Rule<Visibility>[] = [{ name: 'everybody', rollout: 100, serve: 'VISIBLE' }];
}

enum PriceList {
  RETAIL = 'RETAIL',
  TRADE = 'TRADE',
}

/** What somebody is entitled to, decided by their company. An override is no permission: no cookie changes this one. */
class TradePrices extends FeatureFlag<PriceList> {
  readonly description = 'Trade prices for companies of twenty people and more';
  override readonly kind = 'permission';
  override readonly owner = 'sales';
  override readonly created = '2026-11-02';
  override readonly permanent = true;
  override readonly overridable = false;
  readonly variants = PriceList;
  readonly off = PriceList.RETAIL;
  override readonly payloads = { TRADE: { percentOff: 15 } };
  override getVariant({ groups }: Context) {
    return match(groups)
      .with({ company: { employees: P.number.gte(20) } }, () => PriceList.TRADE)
      .otherwise(() => PriceList.RETAIL);
  }
}

/** A quarter of one plan. To raise the percentage only adds users: whoever has it keeps it. */
class SetOfSix extends FeatureFlag<Visibility> {
  readonly description = 'A button beside every pot that puts six of it in the basket, for cafés on the growth plan';
  override readonly owner = 'catalogue';
  override readonly created = '2026-11-19';
  override readonly expires = '2027-03-01';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override readonly rules: Rule<Visibility>[] = [
    { name: 'growth plan', when: { user: { plan: 'growth' } }, rollout: 25, serve: 'VISIBLE' },
  ];
}

/** For companies: bucketed by company, so that all its people see the same, also while the percentage is moved. */
class OwnPotter extends FeatureFlag<Visibility> {
  readonly description = 'A potter of their own to write to, for companies of more than a hundred people';
  override readonly owner = 'sales';
  override readonly created = '2026-11-19';
  override readonly expires = '2027-03-01';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override readonly unit = 'company';
  override readonly payloads = { VISIBLE: { name: 'Ffion', email: 'ffion@saltmarsh.example' } };
  override readonly rules: Rule<Visibility>[] = [
    {
      name: 'over 100',
      when: { groups: { company: { employees: P.number.gt(100) } } },
      rollout: 100,
      serve: 'VISIBLE',
    },
  ];
}

enum Headlines {
  TABLE = 'TABLE',
  TUESDAY = 'TUESDAY',
  TIDE = 'TIDE',
}

/** Three arms for everybody who comes by. By `visitor`, so that a browser keeps its headline through login and logout. */
class Headline extends FeatureFlag<Headlines> {
  readonly description = 'Which headline the home page opens with: a third of all visitors each';
  override readonly kind = 'experiment';
  override readonly owner = 'catalogue';
  override readonly created = '2026-11-19';
  override readonly expires = '2027-01-31';
  readonly variants = Headlines;
  readonly off = Headlines.TABLE;
  override readonly unit = 'visitor';
  override readonly payloads = {
    TABLE: {
      title: 'Pots for the table you already\u00a0have.',
      lead: 'Nine forms, thrown by three people in an old boathouse in Aberdyfi. Glazed in the colours outside the window, fired to 1,260\u00a0°C, and made to be used on a Tuesday.',
    },
    TUESDAY: {
      title: 'Too good for Sunday. Made for\u00a0Tuesday.',
      lead: 'Nine forms for breakfast, soup and whatever is left of the cake. They go in the dishwasher, the microwave and the oven, and they look better for it every year.',
    },
    TIDE: {
      title: 'Twice a\u00a0day, the tide brings the\u00a0clay.',
      lead: 'Three people, one estuary and a kiln. We dig, throw, glaze and fire within sight of the water, and put nine forms on the shelf every other Sunday.',
    },
  };
  override readonly rules: Rule<Headlines>[] = [{ name: 'all visitors', split: { TABLE: 34, TUESDAY: 33, TIDE: 33 } }];
}

/** Grows by itself: day 1 is the first of December. The dashboard can hold it, or take it back. */
class KilnMorning extends FeatureFlag<Visibility> {
  readonly description = 'An invitation to be there when the kiln is opened, for more customers from week to week';
  override readonly owner = 'studio';
  override readonly created = '2026-11-20';
  override readonly expires = '2027-01-15';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override readonly rules: Rule<Visibility>[] = [
    {
      name: 'everybody',
      rollout: ramp('2026-12-01', { day1: 5, day3: 25, day7: 50, day14: 100 }),
      serve: 'VISIBLE',
    },
  ];
}

enum CardCheck {
  NONE = 'NONE',
  BANK = 'BANK',
}

/**
 * An experiment with guardrails. Half of all visitors have their bank asked before their card is charged. What became of
 * them is on the dashboard, and the guardrails need nobody to look: `npm run demo:traffic` finds a bug in the new check, and
 * they kill it.
 */
class CardCheckTest extends Experiment<CardCheck> {
  readonly description = 'Asks the bank before a card is charged';
  readonly hypothesis =
    'Who reads that the bank is asked first trusts us with a card, so more checkouts end in an order';
  override readonly owner = 'payments';
  override readonly created = '2026-11-20';
  override readonly expires = '2027-01-31';
  readonly variants = CardCheck;
  readonly off = CardCheck.NONE;
  override readonly unit = 'visitor';
  override readonly requires = [{ flag: 'PAYMENTS', variant: Switch.ON }] as const;
  readonly starts = '2026-11-20';
  readonly arms = { NONE: 50, BANK: 50 };
  readonly primary = conversion('order');
  override readonly secondary = [mean('revenue'), latency()];
  override readonly minimumDetectableEffect = '10%';
  override readonly guardrails = [
    errorRate().above('2x'),
    latency('p95').above('+500ms'),
    mean('revenue').below('-20%').then('notify'),
  ];
}

const { NODE_ENV, SHOP_SECRET, SHOP_TODAY } = process.env;
const isDev = NODE_ENV === 'development' || NODE_ENV === 'test';

export const config = defineConfig({
  flags: {
    ONE_PAGE_CHECKOUT: new OnePageCheckout(),
    PRODUCT_CARD: new ProductCard(),
    PAYMENTS: new Payments(),
    BANNER: new Banner(),
    GIFT_WRAP: new GiftWrap(),
    WISHLIST: new Wishlist(),
    SHELF_SEARCH: new ShelfSearch(),
    TRADE_PRICES: new TradePrices(),
    SET_OF_SIX: new SetOfSix(),
    OWN_POTTER: new OwnPotter(),
    HEADLINE: new Headline(),
    KILN_MORNING: new KilnMorning(),
    CARD_CHECK: new CardCheckTest(),
  },

  // What rules can look at: who is asking, their company, and the process.
  user: (req) => req.user,
  groups: (req) => ({ company: req.company }),
  app: { isDev },

  // Signs override cookies and links, for this environment alone. A secret in the code would be none in production:
  // without SHOP_SECRET, production has no overrides.
  environment: NODE_ENV ?? 'unnamed',
  secret: SHOP_SECRET ?? (isDev ? 'only for developing, and never for production' : undefined),
  // While developing anybody may override flags in their browser, elsewhere only staff.
  overrides: { allow: (req) => isDev || req.user?.role === 'staff' },

  // What staff change live outlasts a restart, and reaches every process of the shop.
  store: openStore,
  sink: openSink,

  // SHOP_TODAY=2026-12-24 shows the shop as it will be on that day.
  now: SHOP_TODAY ? () => Date.parse(SHOP_TODAY) : Date.now,
});
export default config;

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
    user: User;
    groups: { company: Company };
    app: { isDev: boolean };
    request: Request;
  }
}
