import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import cookieParser from 'cookie-parser';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Engine } from 'gatekeeper-flags';
import { clientEndpoint } from 'gatekeeper-flags/client/endpoint';
import { overrideBadge } from 'gatekeeper-flags/dashboard';
import { gatekeeper } from 'gatekeeper-flags/express';
import { drawPot } from './drawing/pot';
import { priceOf } from './orders';
import { demoCharge, type Charge } from './payments';
import type { Product } from './products';
import { account } from './routes/account';
import { basket } from './routes/basket';
import { catalogue } from './routes/catalogue';
import { checkout } from './routes/checkout';
import { staff } from './routes/staff';
import { wishlist } from './routes/wishlist';
import { headers, sameOrigin } from './security';
import { session } from './session';

export interface ShopOptions {
  /** Takes money from a card. Defaults to a pretended provider. */
  readonly charge?: Charge;
  /** Signs the session cookie. Sessions are in memory, so by default each start makes its own. */
  readonly sessionSecret?: string;
}

/** The shop over an engine made from `gatekeeper.config.ts`. */
export function createShop(engine: Engine, options: ShopOptions = {}): Express {
  const { charge = demoCharge, sessionSecret = randomBytes(32).toString('hex') } = options;
  const app = express();
  app.disable('x-powered-by').set('view engine', 'ejs').set('views', join(__dirname, 'views'));
  app.use(express.static(join(__dirname, 'public')));
  app.get('/gatekeeper.mjs', (_req, res) => res.sendFile(require.resolve('gatekeeper-flags/client/browser')));
  app.use(headers, sameOrigin, express.urlencoded({ extended: false }), cookieParser(sessionSecret), session);
  app.use(gatekeeper(engine)); // after the session, which knows the user
  app.use('/flags', clientEndpoint(engine)); // what the browser's client in public/shelf.js talks to
  app.use(overrideBadge(engine, { dashboard: '/gatekeeper/overrides' }));
  app.use(forTemplates);
  app.use(catalogue(), basket(), checkout(charge), account(), wishlist(), staff(engine));
  app.use(notFound, failed);
  return app;
}

const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** What every template may use, besides `gk`. */
const forTemplates: RequestHandler = (req, res, next) => {
  let drawings = 0;
  Object.assign(res.locals, {
    user: req.user,
    company: req.company,
    path: req.path,
    inBasket: [...req.session.basket.values()].reduce((sum, quantity) => sum + quantity, 0),
    message: req.session.message,
    money: (pence: number) => pounds.format(pence / 100),
    priceOf: (product: Product) => priceOf(product, req.gk),
    draw: ({ slug, pot }: Product) => drawPot(pot, `${slug}-${(drawings += 1)}`),
  });
  if (req.method === 'GET') req.session.message = undefined;
  next();
};

const notFound: RequestHandler = (_req, res) => {
  res.status(404).render('message', { title: 'Not on this shelf', text: 'There is no such page, or not any more.' });
};

const failed: ErrorRequestHandler = (error, _req, res, _next) => {
  console.error(error);
  res
    .status(500)
    .render('message', { title: 'That one cracked', text: 'Something went wrong here. Please try again.' });
};
