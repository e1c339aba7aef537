import { createClient, type ClientFlagName } from 'gatekeeper-flags/client/browser';
import { useFlag, usePayload, useVariant, Variant } from 'gatekeeper-flags/client/react';
import { expectType, type Alike, type Equal } from '../support/types';
import { clientEngine, type Checkout, type ClientConfig, type Size } from '../support/client';

const bootstrap = { tag: '', flags: { CHECKOUT: ['ONE_PAGE', { steps: 1 }], SIZE: ['S'] } };

test('only the flags that a browser may know are there, with their own variants and payloads', () => {
  expectType<Equal<ClientFlagName<ClientConfig>, 'CHECKOUT' | 'SIZE'>>();
  const client = createClient<ClientConfig>({ bootstrap });
  expect(client.ff('CHECKOUT', 'ONE_PAGE')).toBe(true);
  // @ts-expect-error a misspelt variant
  expect(client.ff('CHECKOUT', 'ONE_PAG')).toBe(false);
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  // @ts-expect-error a flag that is not for browsers
  expect(client.ff('SECRET', 'STEPS')).toBe(false);
  expect(warn.mock.calls).toEqual([['gatekeeper: no client-side flag named "SECRET"']]);
  warn.mockRestore();
  // @ts-expect-error another flag's variant
  expect(client.ff('SIZE', 'STEPS')).toBe(false);
  const variant = client.ffVariant('CHECKOUT');
  expectType<Alike<typeof variant, Checkout | undefined>>();
  const payload = client.payload('CHECKOUT');
  expectType<Equal<typeof payload, { steps: number } | undefined>>();
  expect([variant, payload?.steps]).toEqual(['ONE_PAGE', 1]);
  const all = client.all();
  expectType<Alike<typeof all, { readonly CHECKOUT?: Checkout; readonly SIZE?: Size }>>();
});

test('without a config that types know, any name goes', () => {
  const client = createClient({ bootstrap });
  expect([client.ff('CHECKOUT', 'ONE_PAGE'), client.ffVariant('CHECKOUT')]).toEqual([true, 'ONE_PAGE']);
  expectType<Equal<ClientFlagName, string>>();
});

test('hooks are typed alike, and the server’s own Gatekeeper can stand in for a client', () => {
  const component = () => {
    const flag = useFlag('CHECKOUT', 'ONE_PAGE');
    expectType<Equal<typeof flag, boolean | undefined>>();
    return [useVariant('CHECKOUT'), usePayload('CHECKOUT'), Variant({ flag: 'CHECKOUT', is: 'ONE_PAGE' })];
  };
  expect(typeof component).toBe('function');
  const Provider = (_: Parameters<typeof import('gatekeeper-flags/client/react').GatekeeperProvider>[0]) => null;
  expect(Provider({ client: clientEngine().for({}) })).toBeNull();
});

test('outside a browser it only has what it was given, and starts nothing', async () => {
  const client = createClient<ClientConfig>({ bootstrap });
  await Promise.all([client.ready, client.refresh()]);
  client.track('bought');
  client.close();
  expect(client.all()).toEqual({ CHECKOUT: 'ONE_PAGE', SIZE: 'S' });
  expect(createClient().all()).toEqual({});
});
