import { hydrateRoot } from 'react-dom/client';
import { GatekeeperProvider } from 'gatekeeper-flags/client/react';
import { App } from './app';
import { client } from './client';

hydrateRoot(
  document.getElementById('root')!,
  <GatekeeperProvider client={client}>
    <App />
  </GatekeeperProvider>,
);
