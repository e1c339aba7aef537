// Testers choose a variant in their own browser: by a plain cookie while developing, by a signed one in production.
// Run it: NODE_ENV=development npx tsx examples/overrides/server.ts (signed: with OVERRIDE_SECRET=$(openssl rand -hex 32))
import type { AddressInfo } from 'node:net';
import cookieParser from 'cookie-parser';
import express from 'express';
import { FeatureFlag, createEngine, defineConfig } from 'gatekeeper-flags';
import { gatekeeper, overrideLink } from 'gatekeeper-flags/express';

enum CheckoutVariant {
  CONTROL = 'CONTROL',
  ONE_PAGE = 'ONE_PAGE',
}

class Checkout extends FeatureFlag<CheckoutVariant> {
  readonly description = 'One-page checkout';
  readonly variants = CheckoutVariant;
  readonly off = CheckoutVariant.CONTROL; // with no rule yet, only an override gives the other one
}

const isStaff = (req: express.Request) => req.cookies.user === 'ada';

const config = defineConfig({
  flags: { CHECKOUT: new Checkout() },
  user: (req) => ({ id: req.cookies.user }),
  // With a secret, override cookies are signed, for this environment alone. Without one they are plain, as in
  // gatekeeper={"CHECKOUT":"ONE_PAGE"}, and count only where NODE_ENV is development or test.
  secret: process.env.OVERRIDE_SECRET,
  environment: process.env.DEPLOYMENT ?? 'production',
  // A signed cookie still counts for nobody but staff, whoever got hold of it.
  overrides: { allow: isStaff, maxAge: 60 * 60 },
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
    request: express.Request;
  }
}

const app = express();
const engine = createEngine(config);
app.use(cookieParser());
app.use(gatekeeper(engine));

app.get('/', (req, res) => {
  res.send(`
    <h1>${req.gk.ff('CHECKOUT', 'ONE_PAGE') ? 'Checkout on one page' : 'Checkout in three steps'}</h1>
    <a href="/login/ada">Log in as ada, who is staff</a> or <a href="/login/bob">as bob</a>
    <form method="post">
      <button formaction="/qa/one-page">One page, please</button> <button formaction="/qa/clear">As everybody</button>
    </form>
    <a href="/qa/link">A link for my phone</a>`);
});

// Stands in for your login.
app.get('/login/:user', (req, res) => {
  res.cookie('user', req.params.user, { httpOnly: true, sameSite: 'lax' }).redirect('/');
});

app.use('/qa', (req, res, next) => (isStaff(req) ? next() : res.status(403).send('For staff only.')));

app.post('/qa/one-page', (req, res) => {
  req.gk.setBrowserOverride('CHECKOUT', 'ONE_PAGE'); // from this browser's next request on
  res.redirect('/');
});

app.post('/qa/clear', (req, res) => {
  req.gk.setBrowserOverride('CHECKOUT', '');
  res.redirect('/');
});

// The link carries a signature, so it needs the secret. Opened, it shows what it will set, and asks for a click.
app.get('/qa/link', (req, res) => {
  const baseUrl = `${req.protocol}://${req.host}/`;
  const link = overrideLink(engine, { CHECKOUT: 'ONE_PAGE' }, { baseUrl, expiresIn: 15 * 60, by: 'ada' });
  res.type('text').send(link);
});

const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/`));
