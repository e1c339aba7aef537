// Templates: the same gk.ff(…) in EJS, Pug, Nunjucks, Eta and Handlebars, each rendering the same page.
// Run it: npx tsx examples/templates/server.ts
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { Eta } from 'eta';
import express from 'express';
import { FeatureFlag, defineConfig } from 'gatekeeper-flags';
import { gatekeeper, handlebarsHelpers } from 'gatekeeper-flags/express';
import Handlebars from 'handlebars';
import nunjucks from 'nunjucks';

enum Visibility {
  VISIBLE = 'VISIBLE',
  HIDDEN = 'HIDDEN',
}

class SaleBanner extends FeatureFlag<Visibility> {
  readonly description = 'A banner that announces the spring sale';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override readonly overrides = { VISIBLE: [1, 2, 3] };
}

const config = defineConfig({
  flags: { SALE_BANNER: new SaleBanner() },
  user: (req) => ({ id: Number(req.query.user) }), // stands in for your login
});

declare module 'gatekeeper-flags' {
  interface Register {
    config: typeof config;
  }
}

const app = express();
const views = join(__dirname, 'views');
app.set('views', views);
app.use(gatekeeper(config)); // all that templates need: it puts gk into res.locals

// Express finds EJS and Pug by the file's ending; the others are told here.
const env = nunjucks.configure(views);
app.engine('njk', (path, page, done) => done(null, env.render(path, page)));

const eta = new Eta({ views });
app.engine('eta', (path, page, done) => done(null, eta.render(relative(views, path), page)));

// Handlebars calls no methods, so ff is a helper there: {{#if (ff 'SALE_BANNER' 'VISIBLE')}}
Handlebars.registerHelper(handlebarsHelpers);
app.engine('hbs', (path, page, done) => done(null, Handlebars.compile(readFileSync(path, 'utf8'))(page)));

app.get('/', (_req, res) => res.redirect('/ejs?user=1'));
app.get('/ejs', (_req, res) => res.render('page.ejs', { title: 'Garden shop' }));
app.get('/pug', (_req, res) => res.render('page.pug', { title: 'Garden shop' }));
app.get('/nunjucks', (_req, res) => res.render('page.njk', { title: 'Garden shop' }));
app.get('/eta', (_req, res) => res.render('page.eta', { title: 'Garden shop' }));
app.get('/handlebars', (_req, res) => res.render('page.hbs', { title: 'Garden shop' }));

const server = app.listen(process.env.PORT ?? 3000);
server.on('listening', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}/ejs?user=1`));
