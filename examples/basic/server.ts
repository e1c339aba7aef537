// One flag and one route: users 1, 2 and 3 see the new menu, everybody else the old one.
// Run it: npx tsx examples/basic/server.ts
import type { AddressInfo } from 'node:net';
import express from 'express';
import { FeatureFlag, P, defineConfig, match, type Context } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';

enum Visibility {
  VISIBLE = 'VISIBLE',
  HIDDEN = 'HIDDEN',
}

class NewMenu extends FeatureFlag<Visibility> {
  readonly description = 'The new menu';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override getVariant({ user }: Context) {
    return match(user)
      .with({ id: P.union(1, 2, 3) }, () => Visibility.VISIBLE)
      .otherwise(() => Visibility.HIDDEN);
  }
}

const config = defineConfig({
  flags: { NEW_MENU: new NewMenu() },
  user: (req) => ({ id: Number(req.query.user) }), // stands in for your login: (req) => req.user
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config; // from here on a misspelt flag or variant does not compile
  }
}

const app = express();
app.use(gatekeeper(config));
app.get('/', (req, res) => res.send(req.gk.ff('NEW_MENU', 'VISIBLE') ? 'Try our new menu!' : 'Here is the menu.'));
const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/?user=1`));
