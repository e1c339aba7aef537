import { OpenFeature, ProviderEvents, type EventDetails } from '@openfeature/server-sdk';
import { FeatureFlag, P, type Engine, type Options, type Rule } from 'gatekeeper-flags';
import { GatekeeperProvider } from 'gatekeeper-flags/openfeature';
import { BY, engineOf, recorder, toggle, Toggle } from '../support/config';
import { fragileStore } from '../support/fragile-store';

enum Checkout {
  STEPS = 'STEPS',
  ONE_PAGE = 'ONE_PAGE',
}

class CheckoutFlag extends FeatureFlag<Checkout> {
  readonly description = 'Checkout on one page';
  override readonly owner = 'payments';
  override readonly kind = 'release';
  readonly variants = Checkout;
  readonly off = Checkout.STEPS;
  override readonly overrides = { ONE_PAGE: [42] };
  override readonly payloads = { ONE_PAGE: { fields: 3 } };
  override readonly rules: Rule<Checkout>[] = [
    { name: 'growth', when: { user: { plan: 'growth' } } as never, serve: 'ONE_PAGE' },
    { name: 'big', when: { groups: { company: { employees: P.number.gt(100) } } } as never, serve: 'ONE_PAGE' },
    { name: 'pilots', when: { user: { country: 'GB' } } as never, rollout: 100, serve: 'ONE_PAGE' },
  ];
}

const flags = {
  CHECKOUT: new CheckoutFlag(),
  BANNER: toggle(),
  STATIC: toggle({ rules: [{ name: 'all', serve: 'ON' }] }),
  DRAFT: toggle({ draft: true }),
  LATER: toggle({ starts: '2100-01-01' }),
  DEPENDENT: toggle({ requires: [{ flag: 'BANNER', variant: 'ON' }] }),
  SEVENTH: toggle({ rules: [{ name: 'seventh', when: { user: { id: 7 } }, serve: 'ON' }] }),
  BROWSERS: toggle({ unit: 'visitor', rules: [{ name: 'half', rollout: 100, serve: 'ON' }] }),
  BROKEN: toggle({
    getVariant() {
      throw new Error('no such plan');
    },
  }),
  NULLED: toggle({ payloads: { ON: null, OFF: { a: 1 } }, rules: [{ name: 'all', serve: 'ON' }] }),
  ['__proto__']: toggle(),
};

let domains = 0;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function clientOf(options: Options = {}, more: ConstructorParameters<typeof GatekeeperProvider>[1] = {}) {
  const engine: Engine<any> = engineOf(flags, options);
  const domain = `provider ${(domains += 1)}`;
  ends.push(() => engine.close({ timeout: 100 }));
  await OpenFeature.setProviderAndWait(domain, new GatekeeperProvider(engine, more));
  return { engine, client: OpenFeature.getClient(domain) };
}
/** The details of the next such event. */
const next = (client: Awaited<ReturnType<typeof clientOf>>['client'], event: ProviderEvents) =>
  new Promise<EventDetails | undefined>((resolve) => client.addHandler(event as never, (details) => resolve(details)));

test('a variant as each type', async () => {
  const { client } = await clientOf();
  const growth = { targetingKey: '1', plan: 'growth' };
  expect(await client.getBooleanValue('CHECKOUT', false, growth)).toBe(true);
  expect(await client.getStringValue('CHECKOUT', '', growth)).toBe('ONE_PAGE');
  expect(await client.getObjectValue('CHECKOUT', {}, growth)).toEqual({ fields: 3 });
  expect(await client.getNumberDetails('CHECKOUT', 5, growth)).toMatchObject({ value: 5, errorCode: 'TYPE_MISMATCH' });
  expect(await client.getObjectDetails('BANNER', {})).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
  expect(await client.getObjectDetails('NULLED', { b: 2 })).toMatchObject({ value: { b: 2 }, variant: 'ON' });
});

test('a variant without a payload where others have one is the default of the code, and no error', async () => {
  const { client, engine } = await clientOf();
  const someone = { targetingKey: '1' };
  expect(await client.getObjectDetails('CHECKOUT', { fields: 9 }, someone)).toEqual({
    ...{ flagKey: 'CHECKOUT', value: { fields: 9 }, variant: 'STEPS', reason: 'DEFAULT' },
    flagMetadata: { kind: 'release', owner: 'payments' },
  });
  await engine.live.kill('CHECKOUT', BY);
  expect(await client.getBooleanDetails('CHECKOUT', true, { targetingKey: '42' })).toMatchObject({
    ...{ value: false, variant: 'STEPS', reason: 'DISABLED' },
  });
});

test.each([
  ['STATIC', {}, 'STATIC'],
  ['BANNER', {}, 'STATIC'],
  ['CHECKOUT', { targetingKey: '7' }, 'DEFAULT'],
  ['CHECKOUT', { targetingKey: '42' }, 'TARGETING_MATCH'],
  ['CHECKOUT', { targetingKey: '7', plan: 'growth' }, 'TARGETING_MATCH'],
  ['CHECKOUT', { targetingKey: '7', groups: { company: { id: 1, employees: 200 } } }, 'TARGETING_MATCH'],
  ['CHECKOUT', { targetingKey: '7', country: 'GB' }, 'SPLIT'],
  ['SEVENTH', { targetingKey: '7' }, 'TARGETING_MATCH'],
  ['SEVENTH', { targetingKey: '07' }, 'DEFAULT'],
  ['BROWSERS', { visitor: 'a browser' }, 'SPLIT'],
  ['BROWSERS', {}, 'DEFAULT'],
  ['DRAFT', {}, 'DISABLED'],
  ['LATER', {}, 'DISABLED'],
  ['DEPENDENT', {}, 'DEFAULT'],
  ['__proto__', {}, 'STATIC'],
])('the reason of %s for %j is %s', async (flag, context, reason) => {
  const { client } = await clientOf();
  const details = await client.getBooleanDetails(flag, false, context as never);
  expect([details.reason, details.errorCode]).toEqual([reason, undefined]);
});

test('pinned, and chosen by the environment, is static', async () => {
  const { client, engine } = await clientOf({ env: { NODE_ENV: 'test', GATEKEEPER_STATIC: 'OFF' } });
  await engine.live.pin('BANNER', Toggle.ON, BY);
  expect(await client.getBooleanDetails('BANNER', false)).toMatchObject({ value: true, reason: 'STATIC' });
  expect(await client.getBooleanDetails('STATIC', true)).toMatchObject({ value: false, reason: 'STATIC' });
});

test('errors have their codes, and the default of the code', async () => {
  const { client, engine } = await clientOf({ logger: recorder().logger });
  expect(await client.getBooleanDetails('CHEKOUT', true)).toMatchObject({
    ...{ value: true, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
    errorMessage: 'no flag named "CHEKOUT"; did you mean "CHECKOUT"?',
  });
  expect(await client.getBooleanDetails('BROKEN', true)).toMatchObject({
    ...{ value: true, reason: 'ERROR', errorCode: 'GENERAL' },
    errorMessage: expect.stringContaining('no such plan'),
  });
  expect(engine.stats()).toMatchObject({ errors: { BROKEN: 1 }, unknownNames: 0, decisions: { counted: 1 } });
});

test('a targeting key is missed only where a rule holds that buckets by it, and nothing else decided', async () => {
  const { client } = await clientOf();
  expect(await client.getBooleanDetails('CHECKOUT', true, { country: 'GB' })).toMatchObject({
    ...{ value: true, reason: 'ERROR', errorCode: 'TARGETING_KEY_MISSING' },
  });
  expect(await client.getBooleanDetails('CHECKOUT', true, { country: 'FR' })).toMatchObject({ reason: 'DEFAULT' });
  const both = { country: 'GB', plan: 'growth' };
  expect(await client.getBooleanDetails('CHECKOUT', true, both)).toMatchObject({ reason: 'TARGETING_MATCH' });
});

test('hostile attributes are attributes', async () => {
  const { client } = await clientOf();
  const hostile = JSON.parse(
    '{ "__proto__": { "plan": "growth" }, "constructor": 1, "then": 2, "groups": [1], "id": 42 }',
  );
  const details = await client.getBooleanDetails('CHECKOUT', true, { ...hostile, targetingKey: '1' });
  expect(details).toMatchObject({ value: false, reason: 'DEFAULT' });
});

test('context and metadata can be made otherwise', async () => {
  const { client } = await clientOf(
    {},
    {
      context: ({ targetingKey }) => ({ user: { id: targetingKey!, plan: 'growth' } }),
      metadata: (flag, name) => ({ name, about: flag.description }),
    },
  );
  expect(await client.getBooleanDetails('CHECKOUT', false, { targetingKey: '1' })).toMatchObject({
    value: true,
    flagMetadata: { name: 'CHECKOUT', about: 'Checkout on one page' },
  });
});

test('a live change is told with the flags it changes, those that require them too', async () => {
  const { client, engine } = await clientOf();
  const changed = next(client, ProviderEvents.ConfigurationChanged);
  await engine.live.pin('BANNER', Toggle.ON, BY);
  expect(await changed).toMatchObject({ flagsChanged: ['BANNER', 'DEPENDENT'] });
});

test('live state that goes stale, and is fresh again, is told; the last that was read is served', async () => {
  const store = Object.assign(fragileStore(), { pollEvery: 10 });
  const { client, engine } = await clientOf({ store: () => store });
  await engine.live.pin('BANNER', Toggle.ON, BY);
  store.state = 'refused';
  expect(await next(client, ProviderEvents.Stale)).toMatchObject({ message: expect.stringContaining('refused') });
  expect(client.providerStatus).toBe('STALE');
  expect(await client.getBooleanValue('BANNER', false)).toBe(true);
  // Who asks for an event that is the case already is told at once; so what is awaited here is a new one.
  const ready = next(client, ProviderEvents.Ready);
  store.state = 'up';
  await ready;
  expect(client.providerStatus).toBe('READY');
});

test('where live state was never read, it says so, serves what the code says, and recovers', async () => {
  const store = Object.assign(fragileStore(), { pollEvery: 10, state: 'refused' as const });
  const engine: Engine<any> = engineOf(flags, { store: () => store, readyTimeout: 10 });
  ends.push(() => engine.close({ timeout: 100 }));
  const provider = new GatekeeperProvider(engine);
  await expect(OpenFeature.setProviderAndWait('never', provider)).rejects.toThrow(
    'live state could not be read: connection refused',
  );
  const client = OpenFeature.getClient('never');
  expect(client.providerStatus).toBe('ERROR');
  expect(await client.getBooleanValue('STATIC', false)).toBe(true);
  const ready = next(client, ProviderEvents.Ready);
  Object.assign(store, { state: 'up' });
  await ready;
  expect(client.providerStatus).toBe('READY');
});

test('once replaced it tells nothing more, and leaves the engine open', async () => {
  const engine: Engine<any> = engineOf(flags);
  ends.push(() => engine.close());
  const provider = new GatekeeperProvider(engine);
  const told: unknown[] = [];
  provider.events.addHandler(ProviderEvents.ConfigurationChanged as never, (details) => void told.push(details));
  await provider.initialize();
  await engine.live.kill('BANNER', BY);
  await provider.onClose();
  await engine.live.restore('BANNER', BY);
  expect(told).toHaveLength(1);
});
