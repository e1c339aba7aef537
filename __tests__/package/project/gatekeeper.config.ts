import type { Request } from 'express';
import { FeatureFlag, P, defineConfig, match, type Context } from 'gatekeeper-flags';

interface AppUser {
  id: string;
  plan: 'starter' | 'growth';
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
  override getVariant({ user }: Context) {
    return match(user)
      .with({ plan: 'growth', id: P.string }, () => CheckoutVariant.ONE_PAGE)
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
  user: (req) => ({ id: req.get('x-user') ?? '', plan: req.get('x-plan') === 'growth' ? 'growth' : 'starter' }),
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
    user: AppUser;
    request: Request;
  }
}
