import { defineConfig, type Options } from 'gatekeeper-flags';
import { Experiment, conversion, errorRate, mean } from 'gatekeeper-flags/experiments';

enum Button {
  BUY = 'BUY',
  ADD_TO_BASKET = 'ADD_TO_BASKET',
}

class BuyButton extends Experiment<Button> {
  readonly description = 'What the button beside a pot says';
  readonly hypothesis = 'A basket sounds less final than buying, so more people put something in it';
  readonly variants = Button;
  readonly off = Button.BUY;
  override readonly unit = 'visitor';
  readonly starts = '2026-11-01';
  readonly arms = { BUY: 50, ADD_TO_BASKET: 50 };
  readonly primary = conversion('order');
  override readonly secondary = [mean('revenue')];
  override readonly minimumDetectableEffect = '15%'; // a smaller change is not worth waiting for
  override readonly guardrails = [errorRate().above('2x')]; // needs no `track`
}

/** The config; where exposures go, and the clock, are for the caller to say. */
export const configWith = (options: Options) => defineConfig({ flags: { BUY_BUTTON: new BuyButton() }, ...options });

declare module 'gatekeeper-flags' {
  interface Register {
    config: ReturnType<typeof configWith>;
  }
}
