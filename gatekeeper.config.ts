/**
 * Every flag of the shop in `examples/shop`: what it is for, who gets which variant, and whom to ask about it.
 *
 * To add one: write a class, give it a name in `flags` below, and check that name with `req.gk.ff('NAME', 'VARIANT')`,
 * or `gk.ff('NAME', 'VARIANT')` in a template. A misspelt name or variant does not compile.
 */
import type { Request } from 'express';
import { FeatureFlag, P, defineConfig, match, type Context } from 'gatekeeper-flags';
import type { Company, User } from './examples/shop/accounts';

enum Checkout {
  STEPS = 'STEPS',
  ONE_PAGE = 'ONE_PAGE',
}

/** A release: some try it first, then everybody has it, then the flag goes. User ids in `overrides` come before the rule. */
class OnePageCheckout extends FeatureFlag<Checkout> {
  readonly description = 'Checkout on one page instead of in three steps';
  override readonly owner = 'checkout';
  override readonly created = '2026-11-02';
  override readonly expires = '2027-02-01';
  readonly variants = Checkout;
  readonly off = Checkout.STEPS;
  override readonly overrides = { ONE_PAGE: [42] };
  override getVariant({ user }: Context) {
    return match(user)
      .with({ role: 'staff' }, () => Checkout.ONE_PAGE)
      .with({ plan: 'growth', country: P.union('GB', 'IE') }, () => Checkout.ONE_PAGE)
      .otherwise(() => Checkout.STEPS);
  }
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
  override getVariant({ user }: Context) {
    return match(user)
      .with({ role: 'staff' }, () => Visibility.VISIBLE)
      .otherwise(() => Visibility.HIDDEN);
  }
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
    TRADE_PRICES: new TradePrices(),
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
