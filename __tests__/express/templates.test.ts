import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Eta } from 'eta';
import express from 'express';
import { FeatureFlag, defineConfig } from 'gatekeeper-flags';
import { gatekeeper, handlebarsHelpers } from 'gatekeeper-flags/express';
import { overrideCookie } from 'gatekeeper-flags/testing';
import Handlebars from 'handlebars';
import nunjucks from 'nunjucks';
import request from 'supertest';

const express4: typeof express = require('express4');

class Banner extends FeatureFlag<'SALE' | 'NONE'> {
  readonly description = 'A banner on top of every page';
  readonly variants = { SALE: 'SALE', NONE: 'NONE' } as const;
  readonly off = 'NONE';
  override readonly payloads = { SALE: { text: 'Half price & more' } };
}

const config = defineConfig({ flags: { BANNER: new Banner() }, env: { NODE_ENV: 'test' } });

/** A template engine as an app uses it. Where `use` is missing, Express finds it by the file's ending. */
interface TemplateEngine {
  readonly ending: string;
  readonly page: string;
  readonly partial: string;
  /** A page that includes the partial from inside a loop. */
  readonly including: string;
  readonly use?: (app: express.Express, views: string) => void;
}

const engines: { readonly [name: string]: TemplateEngine } = {
  EJS: {
    ending: 'ejs',
    page: `<% if (gk.ff('BANNER', 'SALE')) { %>Sale<% } else { %>No sale<% } %>`,
    partial: `<%= gk.ffVariant('BANNER') %>: <%= gk.payload('BANNER')?.text %>`,
    including: `<% for (const item of items) { %><%= item %> <%- include('partial') %><% } %>`,
  },
  Pug: {
    ending: 'pug',
    page: `if gk.ff('BANNER', 'SALE')\n  | Sale\nelse\n  | No sale`,
    partial: `| #{gk.ffVariant('BANNER')}: #{(gk.payload('BANNER') || {}).text}`,
    including: `each item in items\n  | #{item} \n  include partial`,
  },
  Nunjucks: {
    ending: 'njk',
    page: `{% if gk.ff('BANNER', 'SALE') %}Sale{% else %}No sale{% endif %}`,
    partial: `{{ gk.ffVariant('BANNER') }}: {{ gk.payload('BANNER').text }}`,
    including: `{% for item in items %}{{ item }} {% include 'partial.njk' %}{% endfor %}`,
    use: (app, views) => nunjucks.configure(views, { express: app }),
  },
  Eta: {
    ending: 'eta',
    page: `<% if (it.gk.ff('BANNER', 'SALE')) { %>Sale<% } else { %>No sale<% } %>`,
    partial: `<%= it.gk.ffVariant('BANNER') %>: <%= it.gk.payload('BANNER')?.text ?? '' %>`,
    including: `<% for (const item of it.items) { %><%= item %> <%~ include('/partial', it) %><% } %>`,
    use(app, views) {
      const eta = new Eta({ views, cache: true });
      app.engine('eta', (path, page, done) => done(null, eta.render(relative(views, path), page)));
    },
  },
  Handlebars: {
    ending: 'hbs',
    page: `{{#if (ff 'BANNER' 'SALE')}}Sale{{else}}No sale{{/if}}`,
    partial: `{{ffVariant 'BANNER'}}: {{#with (payload 'BANNER')}}{{text}}{{/with}}`,
    including: `{{#each items}}{{this}} {{> partial}}{{/each}}`,
    use(app, views) {
      const handlebars = Handlebars.create();
      handlebars.registerHelper(handlebarsHelpers);
      handlebars.registerPartial('partial', readFileSync(join(views, 'partial.hbs'), 'utf8'));
      app.engine('hbs', (path, page, done) => done(null, handlebars.compile(readFileSync(path, 'utf8'))(page)));
    },
  },
};

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, express) => {
  describe.each(Object.entries(engines))('%s', (_, { ending, use, ...templates }) => {
    const app = express();
    let views: string;

    beforeAll(async () => {
      views = await mkdtemp(join(tmpdir(), 'views-'));
      for (const [name, template] of Object.entries(templates))
        await writeFile(join(views, `${name}.${ending}`), template);
      app.set('views', views).enable('view cache');
      use?.(app, views);
      app.use(gatekeeper(config));
      app.get('/:page', (req, res) => res.render(`${req.params.page}.${ending}`, { items: ['tea'] }));
    });
    afterAll(() => rm(views, { recursive: true }));

    async function rendered(page: string, variant: 'SALE' | 'NONE'): Promise<string> {
      const { header } = overrideCookie<typeof config>({ BANNER: variant });
      const response = await request(app).get(page).set('Cookie', header);
      return response.text.trim();
    }

    test('a page shows what its visitor gets', async () => {
      expect(await rendered('/page', 'SALE')).toBe('Sale');
      expect(await rendered('/page', 'NONE')).toBe('No sale');
    });

    test('an include sees gk', async () => {
      expect(await rendered('/including', 'SALE')).toBe('tea SALE: Half price &amp; more');
      expect(await rendered('/including', 'NONE')).toBe('tea NONE:');
    });
  });
});
