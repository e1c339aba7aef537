import { OpenFeature } from '@openfeature/server-sdk';
import { createEngine, defineConfig } from 'gatekeeper-flags';
import { Experiment, conversion, mean } from 'gatekeeper-flags/experiments';
import { GatekeeperProvider } from 'gatekeeper-flags/openfeature';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { quiet } from '../support/config';

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
}

/** An engine, and what its sink knows once it is closed: units, and the units of each metric. */
function world() {
  const sink = memorySink();
  const now = () => Date.parse('2026-06-01');
  const engine = createEngine(
    defineConfig({ ...quiet, flags: { CHECKOUT: new CheckoutTest() }, sink: () => sink, now }),
  );
  async function known() {
    await engine.close();
    const { units, sums } = await sink.results!.read('CHECKOUT');
    const byMetric = Object.fromEntries(sums.map(({ event, sumX }) => [event, Number(sumX) / 1e6]));
    return { units: units.reduce((all, one) => all + one.units, 0), ...byMetric };
  }
  return { engine, known };
}

test('what is tracked through OpenFeature is an outcome of whoever was exposed', async () => {
  const { engine, known } = world();
  await OpenFeature.setProviderAndWait('experiments', new GatekeeperProvider(engine));
  const client = OpenFeature.getClient('experiments');
  const seven = { targetingKey: '7' };
  await client.getStringValue('CHECKOUT', '', seven);
  await client.getStringValue('CHECKOUT', '', seven);
  client.track('purchase', seven);
  client.track('revenue', seven, { value: 12.5, currency: 'EUR' });
  client.track('purchase', { targetingKey: '8' }); // who was never exposed
  expect(await known()).toEqual({ units: 1, purchase: 1, revenue: 12.5 });
});

test('a metric that there is not, or a value that is none, is reported, and no error of the caller', async () => {
  const { engine } = world();
  await OpenFeature.setProviderAndWait('odd', new GatekeeperProvider(engine));
  const client = OpenFeature.getClient('odd');
  client.track('nothing', { targetingKey: '7' });
  client.track('revenue', { targetingKey: '7' }, { value: NaN });
  expect(engine.stats().errors).toEqual({ '': 2 });
  await engine.close();
});
