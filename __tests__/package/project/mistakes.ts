// Compiled, never run: it compiles only while every marked line is an error.
import { createEngine, defineConfig, FeatureFlag } from 'gatekeeper-flags';
import { requireVariant } from 'gatekeeper-flags/express';
import { testGatekeeper } from 'gatekeeper-flags/testing';
import type { Request } from 'express';
import { config } from './gatekeeper.config.js';

export function handler({ gk }: Request) {
  // @ts-expect-error no such flag
  gk.ff('CHEKOUT', 'ONE_PAGE');
  // @ts-expect-error no such variant
  gk.ff('CHECKOUT', 'TWO_PAGES');
  // @ts-expect-error another flag's variant
  gk.ff('CHECKOUT', 'ON');
  // @ts-expect-error no such payload field
  gk.payload('CHECKOUT').pages;
  // @ts-expect-error this flag has no payloads
  gk.payload('PAYMENTS').steps;
  // @ts-expect-error no such user field
  gk.identify({ id: '7', plan: 'growth', name: 'Ada' });
}

// @ts-expect-error no such variant
requireVariant('PAYMENTS', 'MAYBE');

export const { live } = createEngine(config);
// @ts-expect-error no such flag
live.kill('CHEKOUT');
// @ts-expect-error no such variant
testGatekeeper(config, { CHECKOUT: 'ON' });

class Misfit extends FeatureFlag<'ON' | 'OFF'> {
  readonly description = 'Lists users under a variant that does not exist';
  readonly variants = { ON: 'ON', OFF: 'OFF' } as const;
  readonly off = 'OFF';
  override readonly overrides = { ON: [1], ONN: [2] };
}
// @ts-expect-error no such variant
defineConfig({ flags: { MISFIT: new Misfit() } });
