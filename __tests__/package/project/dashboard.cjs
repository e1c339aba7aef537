// What the packed dashboard answers on its pages and for its files; or why it cannot be built.
const { createEngine, defineConfig, FeatureFlag } = require('gatekeeper-flags');
const { dashboard } = require('gatekeeper-flags/dashboard');

class Banner extends FeatureFlag {
  description = 'The spring banner';
  variants = { ON: 'ON', OFF: 'OFF' };
  off = 'OFF';
}

async function look() {
  const engine = createEngine(defineConfig({ flags: { BANNER: new Banner() } }));
  const app = require('express')();
  app.use('/gatekeeper', dashboard(engine, { authorize: () => ({ name: 'Ada', role: 'operator' }) }));
  const server = app.listen(0);
  const origin = `http://localhost:${server.address().port}`;
  const send = {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams({ flag: 'BANNER' }),
  };
  const killed = await fetch(`${origin}/gatekeeper/actions/kill`, send);
  const page = await killed.text();
  const files = [...page.matchAll(/(?:src|href)="([^"]*\/assets\/[^"]+)"/g)].map(([, path]) => path);
  const answers = await Promise.all(files.map((path) => fetch(origin + path)));
  console.log(
    JSON.stringify([
      killed.url.replace(origin, ''),
      page.includes('killed by Ada'),
      ...answers.map(({ status }) => status),
    ]),
  );
  server.close();
  await engine.close();
}

look().catch((error) => console.log(`${error.code}: ${error.message}`));
