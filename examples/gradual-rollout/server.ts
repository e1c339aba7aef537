// Gradual rollouts: a new search for a quarter of all users, and a new editor for more of them each week.
// Run it: npx tsx examples/gradual-rollout/server.ts (as on another day: with TODAY=2026-12-08)
import type { AddressInfo } from 'node:net';
import express from 'express';
import { FeatureFlag, createEngine, defineConfig, ramp, type Rule } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';

enum Version {
  OLD = 'OLD',
  NEW = 'NEW',
}

class Search extends FeatureFlag<Version> {
  readonly description = 'A search that forgives misspellings';
  readonly variants = Version;
  readonly off = Version.OLD;
  override readonly rules: Rule<Version>[] = [
    { name: 'a quarter', rollout: 25, serve: 'NEW' }, // of all users, the same ones each time
  ];
}

class Editor extends FeatureFlag<Version> {
  readonly description = 'The new editor';
  readonly variants = Version;
  readonly off = Version.OLD;
  override readonly rules: Rule<Version>[] = [
    // Day 1 is the first 24 hours (UTC). Whoever has got it keeps it as the percentage grows.
    { name: 'ramp', rollout: ramp('2026-12-01', { day1: 5, day3: 25, day7: 50, day14: 100 }), serve: 'NEW' },
  ];
}

const { TODAY } = process.env;

const config = defineConfig({
  flags: { SEARCH: new Search(), EDITOR: new Editor() },
  user: (req) => ({ id: req.query.user }), // stands in for your login
  now: TODAY ? () => Date.parse(TODAY) : Date.now,
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
  }
}

const app = express();
const engine = createEngine(config);
app.use(gatekeeper(engine));
app.get('/', (req, res) => res.json(req.gk.all()));

// How many of a thousand users have each by now; no request is needed to ask.
app.get('/share', (_req, res) => {
  const users = Array.from({ length: 1000 }, (_, id) => engine.for({ user: { id } }));
  const share = (flag: 'SEARCH' | 'EDITOR') => users.filter((gk) => gk.ff(flag, 'NEW')).length;
  res.json({ of: users.length, search: share('SEARCH'), editor: share('EDITOR') });
});

const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/?user=1`));
