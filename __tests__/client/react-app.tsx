/** @jsxImportSource react */
// What react.test.ts renders on a server and hydrates in Chromium, with each version of React; bundled, never imported.
import { StrictMode, startTransition, useLayoutEffect, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createClient } from 'gatekeeper-flags/client/browser';
import { GatekeeperProvider, Variant, useFlag, usePayload, useVariant } from 'gatekeeper-flags/client/react';

type Flags = Parameters<typeof GatekeeperProvider>[0]['client'];
const seen: unknown[] = [];
const commits: string[][] = [];

function Checkout() {
  const flag = useFlag('CHECKOUT', 'ONE_PAGE');
  const payload = usePayload('CHECKOUT') as { steps: number } | undefined;
  seen.push(flag);
  return (
    <p id="checkout">
      {String(flag)} {useVariant('CHECKOUT')} {payload?.steps}
      <Variant flag="CHECKOUT" is="ONE_PAGE">
        <b>on one page</b>
      </Variant>
    </p>
  );
}

/** Takes its time, so that a change comes while the list is being rendered. */
function Slow() {
  const variant = useVariant('CHECKOUT');
  const until = performance.now() + 4;
  while (performance.now() < until);
  return <li>{variant}</li>;
}

function Items() {
  useVariant('CHECKOUT');
  useLayoutEffect(() => {
    commits.push([...document.querySelectorAll('li')].map((item) => item.textContent!));
  });
  return (
    <ul>
      {Array.from({ length: 60 }, (_, index) => (
        <Slow key={index} />
      ))}
    </ul>
  );
}

function List() {
  const [shown, setShown] = useState(false);
  Object.assign(globalThis, { showList: () => startTransition(() => setShown(true)) });
  return shown ? <Items /> : null;
}

export const App = ({ client }: { client: Flags }) => (
  <StrictMode>
    <GatekeeperProvider client={client}>
      <Checkout />
      <List />
    </GatekeeperProvider>
  </StrictMode>
);

Object.assign(globalThis, {
  createClient,
  seen,
  commits,
  hydrate: () => hydrateRoot(document.getElementById('root')!, <App client={client} />),
  mount: () => createRoot(document.getElementById('root')!).render(<App client={client} />),
});
