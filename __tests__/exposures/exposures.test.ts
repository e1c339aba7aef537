import { createEngine, defineConfig, type Rule } from 'gatekeeper-flags';
import { Experiment, conversion, mean } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';

enum Checkout {
  CONTROL = 'CONTROL',
  ONE_PAGE = 'ONE_PAGE',
}

class CheckoutTest extends Experiment<Checkout> {
  readonly description = 'One page';
  readonly hypothesis = 'Fewer steps, more orders';
  readonly variants = Checkout;
  readonly off = Checkout.CONTROL;
  readonly starts = '2026-01-01';
  readonly arms = { CONTROL: 50, ONE_PAGE: 50 };
  readonly primary = conversion('purchase');
  override readonly secondary = [mean('revenue')] as const;
  override readonly minimumDetectableEffect = '5%';
  override readonly overrides = { ONE_PAGE: ['listed'] };
  override readonly rules: Rule<Checkout>[] = [{ name: 'staff', when: { user: { role: 'staff' } }, serve: 'ONE_PAGE' }];
}

/** An engine with a sink, and what the sink has after all is written. */
function world() {
  const sink = memorySink();
  const config = defineConfig({
    flags: { CHECKOUT: new CheckoutTest() },
    sink: () => sink,
    now: () => Date.parse('2026-06-01'),
    logger: { warn() {}, error() {} },
  });
  const engine = createEngine(config);
  const written = async () => {
    await engine.close();
    const { units, sums } = await sink.results!.read('CHECKOUT');
    return { units: units.reduce((all, one) => all + one.units, 0), rows: units, sums };
  };
  return { engine, written };
}

describe('what is an exposure', () => {
  test.each([
    ['ff', (gk: any) => gk.ff('CHECKOUT', 'ONE_PAGE')],
    ['ffVariant', (gk: any) => gk.ffVariant('CHECKOUT')],
    ['payload', (gk: any) => gk.payload('CHECKOUT')],
  ])('%s is', async (_, use) => {
    const { engine, written } = world();
    use(engine.for({ user: { id: 1 } }));
    expect((await written()).units).toBe(1);
  });

  test.each([
    ['all()', (gk: any) => gk.all()],
    ['explain()', (gk: any) => gk.explain('CHECKOUT')],
    ['somebody else', (gk: any) => gk.forUser({ id: 2 }).ff('CHECKOUT', 'ONE_PAGE')],
  ])('%s is not', async (_, use) => {
    const { engine, written } = world();
    use(engine.for({ user: { id: 1 } }));
    expect((await written()).units).toBe(0);
  });

  test.each([
    ['a listed user', { id: 'listed' }],
    ['one whom a plain rule serves', { id: 3, role: 'staff' }],
    ['nobody', undefined],
  ])('%s is not exposed', async (_, user) => {
    const { engine, written } = world();
    engine.for({ user }).ff('CHECKOUT', 'ONE_PAGE');
    expect((await written()).units).toBe(0);
  });

  test('once per unit, however often it is used', async () => {
    const { engine, written } = world();
    for (let i = 0; i < 10; i++) engine.for({ user: { id: i % 2 } }).ff('CHECKOUT', 'ONE_PAGE');
    expect((await written()).units).toBe(2);
    expect(engine.stats().exposures).toEqual({ enqueued: 2, written: 2, dropped: 0, pending: 0 });
  });
});

test('what a unit does after its exposure is counted, and what others do is not', async () => {
  const { engine, written } = world();
  const gk = engine.for({ user: { id: 1 } });
  const variant = gk.ffVariant('CHECKOUT');
  gk.track('purchase');
  gk.track('revenue', { value: 12.99 });
  gk.track('revenue', { value: 0.01 });
  engine.for({ user: { id: 2 } }).track('purchase');
  const { sums } = await written();
  expect(sums).toEqual([
    expect.objectContaining({ arm: variant, event: 'purchase', units: 1, sumY: 1n }),
    expect.objectContaining({
      arm: variant,
      event: 'revenue',
      units: 1,
      sumX: 13_000_000n,
      sumXX: 169_000_000_000_000n,
      sumY: 2n,
    }),
  ]);
});

test('an experiment whose unit cannot be read keeps nothing from the others', async () => {
  const sink = memorySink();
  class ByCompany extends CheckoutTest {
    override readonly unit = 'company' as never;
  }
  const errors: unknown[] = [];
  const groups = () => {
    throw new Error('no groups');
  };
  const engine = createEngine(
    defineConfig({
      flags: { BY_COMPANY: new ByCompany(), CHECKOUT: new CheckoutTest() },
      sink: () => sink,
      onError: (error) => errors.push((error as Error).message),
      logger: { warn() {}, error() {} },
    }),
  );
  const gk = engine.for(Object.defineProperty({ user: { id: 1 } }, 'groups', { get: groups }));
  gk.ff('CHECKOUT', 'ONE_PAGE');
  gk.track('purchase');
  await engine.close();
  expect((await sink.results!.read('CHECKOUT')).sums).toMatchObject([{ event: 'purchase', units: 1 }]);
  expect(errors).toEqual(['no groups']);
});
