// Visitors who are not logged in: three arms, a variant that survives the login, and no id for whoever has not agreed.
// Run it: npx tsx examples/anonymous/server.ts
import type { AddressInfo } from 'node:net';
import cookieParser from 'cookie-parser';
import express from 'express';
import { FeatureFlag, defineConfig, type Rule } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';

enum Picture {
  POTS = 'POTS',
  KILN = 'KILN',
  POTTER = 'POTTER',
}

class HomePicture extends FeatureFlag<Picture> {
  readonly description = 'The picture on the home page';
  readonly variants = Picture;
  readonly off = Picture.POTS;
  override readonly unit = 'visitor'; // by this browser's id, whoever is logged in
  override readonly rules: Rule<Picture>[] = [{ name: 'thirds', split: { POTS: 34, KILN: 33, POTTER: 33 } }];
}

enum Delivery {
  ASKED_LAST = 'ASKED_LAST',
  ASKED_FIRST = 'ASKED_FIRST',
}

class DeliveryQuestion extends FeatureFlag<Delivery> {
  readonly description = 'When the checkout asks how to deliver';
  readonly variants = Delivery;
  readonly off = Delivery.ASKED_LAST;
  override readonly unit = 'either'; // by the user's id, and by the browser's before the login
  override readonly sticky = true; // but nobody's checkout changes because they log in halfway
  override readonly rules: Rule<Delivery>[] = [{ name: 'halves', split: { ASKED_LAST: 50, ASKED_FIRST: 50 } }];
}

const config = defineConfig({
  flags: { HOME_PICTURE: new HomePicture(), DELIVERY_QUESTION: new DeliveryQuestion() },
  user: (req) => ({ id: req.cookies.user }),
  visitor: { consent: (req) => req.cookies.consent === 'yes', maxAge: 90 * 24 * 60 * 60 },
  secret: process.env.SECRET ?? 'only for trying this, and never for production', // signs the ids and what is kept
  environment: process.env.DEPLOYMENT ?? 'trial',
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
    request: express.Request;
  }
}

const app = express();
app.use(cookieParser(), gatekeeper(config));
app.get('/', (req, res) => {
  const links = ['agree', 'log-in', 'log-out'].map((path) => `<a href="/${path}">${path}</a>`);
  res.send(`<h1>${req.gk.ffVariant('HOME_PICTURE')}, ${req.gk.ffVariant('DELIVERY_QUESTION')}</h1> ${links.join(' ')}`);
});
app.get('/agree', (_req, res) => res.cookie('consent', 'yes').redirect('/'));
app.get('/log-in', (req, res) => res.cookie('user', req.query.as ?? 'ada').redirect('/'));
app.get('/log-out', (_req, res) => res.clearCookie('user').redirect('/'));
const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/`));
