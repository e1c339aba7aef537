import { FeatureFlag, defineConfig } from 'gatekeeper-flags';
import { openStore } from './store';

enum Switch {
  ON = 'ON',
  OFF = 'OFF',
}

class CardPayments extends FeatureFlag<Switch> {
  readonly description = 'Payment by card; when killed, customers get an invoice';
  override readonly kind = 'ops';
  override readonly permanent = true;
  readonly variants = Switch;
  readonly off = Switch.OFF;
  override getVariant() {
    return Switch.ON;
  }
}

export const opened = openStore();

export const config = defineConfig({
  flags: { CARD_PAYMENTS: new CardPayments() },
  store: () => opened.store,
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
  }
}
