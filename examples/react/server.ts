// A page that Express renders and React hydrates, with the same flags on both sides; changed live from the dashboard.
// Run it: npx tsx examples/react/server.ts
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { createEngine } from 'gatekeeper-flags';
import { clientEndpoint } from 'gatekeeper-flags/client/endpoint';
import { dashboard } from 'gatekeeper-flags/dashboard';
import { gatekeeper } from 'gatekeeper-flags/express';
import { config } from './flags';

async function open() {
  const engine = createEngine(config);
  const app = express();
  const server = createServer(app);

  // As while developing: in production `vite build` makes both bundles once, and only their files are served.
  const { createServer: createVite } = await import('vite');
  const vite = await createVite({
    root: __dirname,
    configFile: false,
    appType: 'custom',
    server: { middlewareMode: true, hmr: { server } },
    optimizeDeps: { include: ['react', 'react/jsx-dev-runtime', 'react-dom/client'] },
  });

  app.use(gatekeeper(engine));
  app.use('/flags', clientEndpoint(engine)); // what createClient() talks to
  app.use('/gatekeeper', dashboard(engine, { authorize: () => ({ name: 'you', role: 'operator' }) })); // your login goes here
  app.use(vite.middlewares);
  app.get('/', async (req, res) => {
    const { render } = await vite.ssrLoadModule('/render.tsx');
    const html = await vite.transformIndexHtml('/', await readFile(join(__dirname, 'index.html'), 'utf8'));
    const page: string = render(req.gk);
    res.type('html').send(html.replace('<!--page-->', () => page).replace('<!--flags-->', () => req.gk.bootstrap()));
  });

  server.listen(process.env.PORT ?? 3000, () =>
    console.log(`http://localhost:${(server.address() as AddressInfo).port}`),
  );
  process.once('SIGTERM', async () => {
    await vite.close();
    await new Promise((closed) => server.close(closed));
    await engine.close();
  });
}

void open();
