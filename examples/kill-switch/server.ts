// The app, as any number of processes run it. It knows nothing of the others: only the store is shared.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createEngine } from 'gatekeeper-flags';
import { gatekeeper, health } from 'gatekeeper-flags/express';
import { config, opened } from './flags';

const engine = createEngine(config);

const app = express();
app.get('/health', health(engine));
app.use(gatekeeper(engine));
app.get('/pay', (req, res) => res.send(req.gk.ff('CARD_PAYMENTS', 'ON') ? 'by card' : 'by invoice'));

// Tells a chat of every change, wherever it was made. Each process hears of each, so only one of them should do this.
const { WEBHOOK_URL } = process.env;
if (WEBHOOK_URL)
  engine.onChange(async ({ revision, action, flag, actor, reason }) => {
    const text = `${actor}: ${action} ${flag ?? ''} (${reason})`;
    const body = JSON.stringify({ revision, text });
    await fetch(WEBHOOK_URL, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  });

const server = app.listen(process.env.PORT ?? 3000);
Promise.all([once(server, 'listening'), engine.ready]).then(() =>
  console.log(`http://localhost:${(server.address() as AddressInfo).port}`),
);

// No new requests; those under way are answered; then what is counted is written, and nothing is left open.
process.once('SIGTERM', async () => {
  await new Promise((closed) => server.close(closed));
  await engine.close();
  await opened.end();
});
