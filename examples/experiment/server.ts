// An experiment: half of all visitors see another button. Who saw it is recorded by itself, and what they did by `track`.
// Run it: npx tsx examples/experiment/server.ts, and look at /results
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import Database from 'libsql';
import { createEngine } from 'gatekeeper-flags';
import { analyse, reportMarkdown } from 'gatekeeper-flags/experiments';
import { gatekeeper } from 'gatekeeper-flags/express';
import { sqliteSink } from 'gatekeeper-flags/sinks/sqlite';
import { configWith } from './flags';

const { SQLITE_FILE = join(__dirname, 'live.sqlite') } = process.env;
const engine = createEngine(configWith({ sink: () => sqliteSink({ database: new Database(SQLITE_FILE) }) }));

const app = express();
app.use(gatekeeper(engine));
app.get('/', (req, res) => {
  const label = req.gk.ff('BUY_BUTTON', 'ADD_TO_BASKET') ? 'Add to basket' : 'Buy'; // whoever gets here is exposed
  res.send(`<form method="post" action="/order"><button>${label}</button></form>`);
});
app.post('/order', (req, res) => {
  req.gk.track('order');
  req.gk.track('revenue', { value: 24.5 });
  res.send('Thank you.');
});
app.get('/results', async (_req, res) => {
  res.type('text').send(reportMarkdown(await analyse(engine, 'BUY_BUTTON')));
});

const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/`));
process.once('SIGTERM', async () => {
  await new Promise((closed) => server.close(closed));
  await engine.close(); // what was recorded is written
});
