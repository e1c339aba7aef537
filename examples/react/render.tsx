import { renderToString } from 'react-dom/server';
import type { Gatekeeper } from 'gatekeeper-flags';
import { GatekeeperProvider } from 'gatekeeper-flags/client/react';
import { App } from './app';

/** The page for one request: the same components, and the same hooks over that request's own flags. */
export function render(gk: Gatekeeper): string {
  return renderToString(
    <GatekeeperProvider client={gk}>
      <App />
    </GatekeeperProvider>,
  );
}
