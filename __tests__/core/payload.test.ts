import { createEngine, defineConfig, FeatureFlag, type Context } from 'gatekeeper-flags';
import { BY, engineOf, quiet, toggle } from '../support/config';
import { expectType, type Equal } from '../support/types';

enum Banner {
  NONE = 'NONE',
  SALE = 'SALE',
  NEWS = 'NEWS',
}

class BannerFlag extends FeatureFlag<Banner> {
  readonly description = 'The banner on every page';
  readonly variants = Banner;
  readonly off = Banner.NONE;
  override readonly payloads = {
    SALE: { text: 'Everything must go', discounts: [5, 10], until: null },
    NEWS: 'A shop opens in Oslo',
  };
  override getVariant({ user }: Context) {
    return user?.id === 1 ? Banner.SALE : user?.id === 2 ? Banner.NEWS : Banner.NONE;
  }
}

const engine = createEngine(defineConfig({ ...quiet, flags: { BANNER: new BannerFlag(), PLAIN: toggle() } }));
const payloadOf = (id: number) => engine.for({ user: { id } }).payload('BANNER');

test('comes with the variant served, and is undefined where that has none', () => {
  expect(payloadOf(1)).toEqual({ text: 'Everything must go', discounts: [5, 10], until: null });
  expect(payloadOf(2)).toBe('A shop opens in Oslo');
  expect(payloadOf(3)).toBeUndefined();
  expect(engine.for({}).payload('PLAIN')).toBeUndefined();
});

test('is typed as the payloads of the class', () => {
  const payload = payloadOf(1);
  expectType<Equal<typeof payload, { text: string; discounts: number[]; until: null } | string | undefined>>();
  expect(typeof payload === 'object' && payload.discounts[0]).toBe(5);
  // @ts-expect-error there is no such field
  expect(typeof payload === 'object' && payload.dicounts).toBeUndefined();
  const none = engine.for({}).payload('PLAIN');
  expectType<Equal<typeof none, undefined>>();
});

test('is never undefined in its type where every variant has one', () => {
  class Full extends FeatureFlag<Banner> {
    readonly description = 'A payload for each';
    readonly variants = Banner;
    readonly off = Banner.NONE;
    override readonly payloads = { NONE: 0, SALE: 1, NEWS: 2 };
  }
  const payload = createEngine(defineConfig({ ...quiet, flags: { FULL: new Full() } }))
    .for({})
    .payload('FULL');
  expectType<Equal<typeof payload, number>>();
  expect(payload).toBe(0);
});

test('is frozen all the way down, and the class keeps its own', () => {
  const payload = payloadOf(1) as { text: string; discounts: number[] };
  expect(() => (payload.text = 'No')).toThrow(TypeError);
  expect(() => payload.discounts.push(15)).toThrow(TypeError);
  const own = new BannerFlag();
  createEngine(defineConfig({ ...quiet, flags: { BANNER: own } }));
  expect(Object.isFrozen(own.payloads.SALE)).toBe(false);
});

test('is what it was when the config was checked', () => {
  const flag = new BannerFlag();
  const mutable = createEngine(defineConfig({ ...quiet, flags: { BANNER: flag } }));
  flag.payloads.SALE.text = 'changed later';
  expect(mutable.for({ user: { id: 1 } }).payload('BANNER')).toMatchObject({ text: 'Everything must go' });
});

test('follows the variant through live control', async () => {
  const live = engineOf({ FLAG: toggle({ payloads: { ON: { a: 1 }, OFF: { a: 2 } }, getVariant: () => 'ON' }) });
  expect(live.for({}).payload('FLAG')).toEqual({ a: 1 });
  await live.live.kill('FLAG', BY);
  expect(live.for({}).payload('FLAG')).toEqual({ a: 2 });
});

test.each([[0], [false], [null], [''], [[]], [{ __proto__: null, ...JSON.parse('{"__proto__":{"a":1}}') }]])(
  'may be %j',
  (json) => {
    const payload = JSON.parse(JSON.stringify(json));
    const { config } = engineOf({ FLAG: toggle({ payloads: { OFF: payload } }) });
    expect(createEngine(config).for({}).payload('FLAG')).toEqual(payload);
  },
);
