import type { AddressInfo } from 'node:net';
import express from 'express';
import { gatekeeper, requireVariant } from 'gatekeeper-flags/express';
import { config } from './gatekeeper.config.js';

const app = express();
app.use(gatekeeper(config));
app.get('/checkout', requireVariant('PAYMENTS', 'ON'), (req, res) => {
  const onePage: boolean = req.gk.ff('CHECKOUT', 'ONE_PAGE');
  const steps: number = req.gk.payload('CHECKOUT').steps;
  res.json({ onePage, steps });
});

// Asks itself for the checkout as two users, and prints the answers.
const server = app.listen(0, async () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}/checkout`;
  for (const headers of [{ 'x-user': '7' }, { 'x-user': '8' }])
    console.log(await (await fetch(url, { headers })).text());
  server.close();
});
