import './environment';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from 'gatekeeper-flags';
import config from '../../gatekeeper.config';
import { createShop } from './shop';

/** Listens on `port`, or on the next free one. */
async function listen(server: Server, port: number): Promise<string> {
  try {
    await once(server.listen(port), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port >= 65_535) throw error;
    return listen(server, port + 1);
  }
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function open(): Promise<void> {
  const engine = createEngine(config);
  const server = createServer(createShop(engine));
  await engine.ready; // so that the first visitor, too, is served by what staff have set
  const url = await listen(server, Number(process.env.PORT ?? 3000));

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, async () => {
      await new Promise((closed) => server.close(closed)); // those who are being served still are
      await engine.close(); // what was counted is written
    });

  console.log(`
  Saltmarsh Pottery is open:  ${url}

  Log in with one click at ${url}/login
    Joan       gets what everybody gets
    Grace      user 42: is listed for the one-page checkout, and her plan sees the new product cards
    Hedy       is in the quarter of that plan that can buy six pots at once; Grace is not
    Linus      buys for a company of 64: trade prices
    Katherine  buys for a company of 420: a potter of her own, too
    Ada        staff: controls the flags at ${url}/gatekeeper/

  Try
    1. Log in as Ada, override a flag for your browser, and kill PAYMENTS: the checkout asks for no card any more.
    2. Look at the home page in a few private windows: one of three headlines, and each window keeps its own.
    3. As Ada, set SET_OF_SIX to 50 %: now Grace can buy six at once, too, and Hedy still can.
    4. See what is not finished, by an override cookie. Without the cookie this answers 404:
         curl -i -b 'gatekeeper={"WISHLIST":"VISIBLE"}' ${url}/wishlist
       or paste this into the browser's console, and reload:
         document.cookie = 'gatekeeper={"PRODUCT_CARD":"EDITORIAL"}'
    5. Start it on another day. A ramp invites Joan from 1 December, Katherine from the 3rd, Hedy from the 7th,
       everybody who has logged in from the 14th, on the home page:
         SHOP_TODAY=2026-12-03 npm start
    6. Start it with a flag killed:
         GATEKEEPER_KILL=PAYMENTS npm start
    7. Open it twice, in two terminals: what Ada changes in one holds in the other, and after a restart. It is kept in
       examples/shop/live.sqlite, or on a server:
         REDIS_URL=redis://localhost:6379 npm start
    8. Watch a guardrail kill an experiment. In another terminal, visitors come who find a bug in its new variant:
         npm run demo:traffic${url.endsWith(':3000') ? '' : ` -- --url ${url}`}
       As Ada, see it at ${url}/gatekeeper/experiments/CARD_CHECK

  The flags are in gatekeeper.config.ts. Stop with Ctrl+C.
`);
}

void open();
