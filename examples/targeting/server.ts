// Targeting: who gets a feature, by what they are and whom they belong to. The rules are in flags.ts.
// Run it: npx tsx examples/targeting/server.ts
import type { AddressInfo } from 'node:net';
import express from 'express';
import { defineConfig } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { flags } from './flags';
import { people, type Company, type User } from './people';

const config = defineConfig({
  flags,
  user: (req) => people[req.query.user as string]?.user, // stands in for your login
  groups: (req) => ({ company: people[req.query.user as string]?.company }),
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
    user: User; // what rules may name: a misspelt property does not compile
    groups: { company: Company };
    request: express.Request;
  }
}

const app = express();
app.use(gatekeeper(config));
app.get('/', (req, res) => res.json(req.gk.all()));
app.get('/why/:flag', (req, res) => res.json(req.gk.explain(req.params.flag as keyof typeof flags)));
const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/?user=ada`));
