import type { Request, Response } from 'express';
import {
  createEngine,
  defineConfig,
  FeatureFlag,
  type Choices,
  type Config,
  type Context,
  type Decision,
  type Engine,
  type FlagName,
  type Gatekeeper,
  type PayloadOf,
  type VariantName,
  type VariantOf,
} from 'gatekeeper-flags';
import { BY, quiet } from '../support/config';
import { expectType, type Alike, type Equal } from '../support/types';

enum Checkout {
  CONTROL = 'control',
  ONE_PAGE = 'one-page',
}
class CheckoutFlag extends FeatureFlag<Checkout> {
  readonly description = 'One-page checkout';
  readonly variants = Checkout;
  readonly off = Checkout.CONTROL;
  override readonly overrides = { 'one-page': [1, 'two'] };
  override readonly payloads = { 'one-page': { steps: 1 } };
  override getVariant({ user }: Context) {
    return user?.id === 1 ? Checkout.ONE_PAGE : Checkout.CONTROL;
  }
}
class BannerFlag extends FeatureFlag<'ON' | 'OFF'> {
  readonly description = 'A banner';
  readonly variants = { ON: 'ON', OFF: 'OFF' } as const;
  readonly off = 'OFF';
  override readonly requires = [{ flag: 'CHECKOUT', variant: Checkout.ONE_PAGE }] as const;
}

const config = defineConfig({ ...quiet, flags: { CHECKOUT: new CheckoutFlag(), BANNER: new BannerFlag() } });
const engine = createEngine(config);
const gk = engine.for({ user: { id: 1 } });

describe('names', () => {
  type C = typeof config;
  test('come from the config', () => {
    expectType<Equal<FlagName<C>, 'CHECKOUT' | 'BANNER'>>();
    expectType<Alike<VariantOf<C, 'CHECKOUT'>, Checkout>>();
    expectType<Alike<VariantOf<C, 'BANNER'>, 'ON' | 'OFF'>>();
    expectType<Alike<VariantName<C, 'CHECKOUT'>, Checkout | 'control' | 'one-page'>>();
    expectType<Equal<PayloadOf<C, 'CHECKOUT'>, { steps: number } | undefined>>();
    expectType<Equal<PayloadOf<C, 'BANNER'>, undefined>>();
    expectType<Equal<typeof engine, Engine<C>>>();
    expectType<Equal<typeof gk, Gatekeeper<C>>>();
    expect(engine.flags().map(({ name }) => name)).toEqual(['CHECKOUT', 'BANNER']);
  });

  test('are any string where the config is not known', () => {
    expectType<Equal<FlagName<any>, string>>();
    expectType<Equal<FlagName, string>>();
    const unknown: Gatekeeper = gk as unknown as Gatekeeper;
    const variant = unknown.ffVariant('CHECKOUT');
    expectType<Equal<typeof variant, string>>();
    expect(unknown.ff('CHECKOUT', 'one-page')).toBe(true);
  });
});

describe('answers', () => {
  test('have the type of the flag', () => {
    const variant = gk.ffVariant('CHECKOUT');
    const payload = gk.payload('CHECKOUT');
    const all = gk.all();
    const decision = gk.explain('CHECKOUT');
    expectType<Alike<typeof variant, Checkout>>();
    expectType<Equal<typeof payload, { steps: number } | undefined>>();
    expectType<Alike<typeof all, { readonly CHECKOUT: Checkout; readonly BANNER: 'ON' | 'OFF' }>>();
    expectType<Alike<typeof decision, Decision<Checkout>>>();
    expect([variant, payload?.steps, all.BANNER, decision.variant]).toEqual(['one-page', 1, 'OFF', 'one-page']);
  });

  test('are the same types for who comes after', () => {
    expectType<Equal<ReturnType<typeof gk.fresh>, typeof gk>>();
    expectType<Equal<ReturnType<typeof gk.forUser>, typeof gk>>();
    expectType<Equal<ReturnType<typeof gk.browserOverrides>, Choices<typeof config>>>();
    expect(gk.identify({ id: 1 }).fresh().forUser({ id: 1 }).ff('CHECKOUT', Checkout.ONE_PAGE)).toBe(true);
  });
});

/** Each line that must not compile, with what it does from JavaScript all the same. */
describe('a check that does not compile', () => {
  test('names a wrong flag', () => {
    // @ts-expect-error
    expect(gk.ff('CHEKOUT', 'one-page')).toBe(false);
    // @ts-expect-error
    expect(gk.ffVariant('CHEKOUT')).toBeUndefined();
    // @ts-expect-error
    expect(gk.payload('CHEKOUT')).toBeUndefined();
    // @ts-expect-error
    expect(gk.explain('CHEKOUT')).toBeUndefined();
    // @ts-expect-error
    expect(gk.all().CHEKOUT).toBeUndefined();
    // @ts-expect-error
    expect(gk.cacheKey('CHECKOUT', 'CHEKOUT')).toMatch(/./);
  });

  test('names a wrong variant, or the right one of another flag', () => {
    expect(gk.ff('CHECKOUT', 'one-page')).toBe(true);
    expect(gk.ff('CHECKOUT', Checkout.ONE_PAGE)).toBe(true);
    // @ts-expect-error
    expect(gk.ff('CHECKOUT', 'two-page')).toBe(false);
    // @ts-expect-error the name of the member is not its value
    expect(gk.ff('CHECKOUT', 'ONE_PAGE')).toBe(false);
    // @ts-expect-error
    expect(gk.ff('CHECKOUT', 'ON')).toBe(false);
    // @ts-expect-error
    expect(gk.featureFlag('BANNER', Checkout.ONE_PAGE)).toBe(false);
    // @ts-expect-error a variant that cannot be
    expect(gk.ffVariant('BANNER') === 'one-page').toBe(false);
  });

  test('reads a wrong field of a payload, or one that may be missing', () => {
    // @ts-expect-error
    expect(gk.payload('CHECKOUT')?.step).toBeUndefined();
    // @ts-expect-error it may be undefined
    expect(gk.payload('CHECKOUT').steps).toBe(1);
    // @ts-expect-error
    expect(gk.payload('BANNER')?.steps).toBeUndefined();
  });

  test('writes to what is read-only', () => {
    // @ts-expect-error
    gk.all().CHECKOUT = Checkout.CONTROL;
    // @ts-expect-error
    expect(() => (config.flags = {})).toThrow(TypeError);
  });
});

test('in a handler, the same holds', () => {
  const handler = (req: Pick<Request, never> & { gk: Gatekeeper<typeof config> }, res: Pick<Response, 'json'>) => {
    res.json([
      req.gk.ff('CHECKOUT', 'one-page'),
      // @ts-expect-error a wrong flag
      req.gk.ff('CHEKOUT', 'one-page'),
      // @ts-expect-error a wrong variant
      req.gk.ff('CHECKOUT', 'onepage'),
      // @ts-expect-error a wrong field
      req.gk.payload('CHECKOUT')?.stepz,
    ]);
  };
  const sent: unknown[] = [];
  handler({ gk }, { json: (body: unknown) => sent.push(body) as never });
  expect(sent).toEqual([[true, false, false, undefined]]);
});

test('live control is typed as the checks are', async () => {
  const { live } = createEngine(config);
  await live.pin('CHECKOUT', Checkout.ONE_PAGE, BY);
  await live.addUser('CHECKOUT', 'control', 7, BY);
  // @ts-expect-error a wrong flag
  await expect(live.kill('CHEKOUT', BY)).rejects.toThrow();
  // @ts-expect-error a wrong variant
  await expect(live.pin('CHECKOUT', 'ONE_PAGE', BY)).rejects.toThrow();
  // @ts-expect-error a wrong variant
  await expect(live.addUser('BANNER', 'one-page', 7, BY)).rejects.toThrow();
  // @ts-expect-error no reason
  await expect(live.kill('CHECKOUT', { actor: 'ada' })).rejects.toThrow();
  // @ts-expect-error an object is no id
  await expect(live.addUser('CHECKOUT', 'control', {}, BY)).rejects.toThrow();
});

test('a config keeps its flags as they were typed', () => {
  expectType<Equal<typeof config, Config<{ readonly CHECKOUT: CheckoutFlag; readonly BANNER: BannerFlag }>>>();
  expect(config.flags.CHECKOUT.payloads['one-page'].steps).toBe(1);
});
