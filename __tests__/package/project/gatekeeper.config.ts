import type { Request } from 'express';
import { FeatureFlag, P, defineConfig, match, type Context } from 'gatekeeper-flags';

interface AppUser {
  id: string;
  plan: 'starter' | 'growth';
}

interface Company {
  id: number;
  employees: number;
}

enum CheckoutVariant {
  CONTROL = 'CONTROL',
  ONE_PAGE = 'ONE_PAGE',
}

class Checkout extends FeatureFlag<CheckoutVariant> {
  readonly description = 'One-page checkout';
  readonly variants = CheckoutVariant;
  readonly off = CheckoutVariant.CONTROL;
  override readonly overrides = { ONE_PAGE: [7] };
  override readonly payloads = { CONTROL: { steps: 3 }, ONE_PAGE: { steps: 1 } };
  override getVariant({ user, groups, app }: Context) {
    return match({ user, groups, app })
      .with({ user: { plan: 'growth', id: P.string } }, () => CheckoutVariant.ONE_PAGE)
      .with({ groups: { company: { employees: P.number.gt(100) } } }, () => CheckoutVariant.ONE_PAGE)
      .with({ app: { region: 'nowhere' } }, () => CheckoutVariant.ONE_PAGE)
      .otherwise(() => CheckoutVariant.CONTROL);
  }
}

const Switch = { ON: 'ON', OFF: 'OFF' } as const;

class Payments extends FeatureFlag<'ON' | 'OFF'> {
  readonly description = 'Takes payments';
  readonly variants = Switch;
  readonly off = 'OFF';
  override readonly kind = 'ops';
  override getVariant() {
    return Switch.ON;
  }
}

export const config = defineConfig({
  flags: { CHECKOUT: new Checkout(), PAYMENTS: new Payments() },
  app: { region: 'eu' },
  groups: () => ({ company: { id: 1, employees: 3 } }),
  user: (req) => ({ id: req.get('x-user') ?? '', plan: req.get('x-plan') === 'growth' ? 'growth' : 'starter' }),
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
    user: AppUser;
    groups: { company: Company };
    app: { region: string };
    request: Request;
  }
}
