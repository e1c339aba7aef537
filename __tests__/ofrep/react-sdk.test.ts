import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { bundle } from '../support/client-pages';
import { BY, recorder } from '../support/config';
import { ofrepApp, ofrepEngine } from '../support/ofrep';

const engine = ofrepEngine({ logger: recorder().logger });
const app = ofrepApp(engine);
const script = bundle(
  `import { createRoot } from 'react-dom/client';
  import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
  import { OpenFeature, OpenFeatureProvider, useFlag } from '@openfeature/react-sdk';

  OpenFeature.setContext({ targetingKey: '7' });
  OpenFeature.setProvider(
    new OFREPWebProvider({
      ...{ baseUrl: location.origin, headers: [['Authorization', 'Bearer browser']] },
      ...{ pollInterval: 100, cacheMode: 'disabled' },
    }),
  );
  window.logIn = (targetingKey, plan) => OpenFeature.setContext({ targetingKey, plan });

  function Page() {
    const { value: banner } = useFlag('BANNER', false);
    const { value: theme } = useFlag('THEME', 'PLAIN');
    const { value: secret } = useFlag('SECRET_PLAN', 'mine');
    return <p>{String(banner)} {theme} {secret}</p>;
  }
  const root = document.body.appendChild(document.createElement('div'));
  createRoot(root).render(
    <OpenFeatureProvider>
      <Page />
    </OpenFeatureProvider>,
  );`,
  { jsx: 'automatic', jsxImportSource: 'react', define: { 'process.env.NODE_ENV': '"development"' } },
);
app.get('/script.js', (_req, res) => res.type('js').send(script));
app.get('/', (_req, res) =>
  res.send('<!doctype html><link rel="icon" href="data:,"><body><script src="/script.js"></script>'),
);

const server = createServer(app);
let browser: Browser;
beforeAll(async () => {
  [browser] = await Promise.all([launchChromium(), once(server.listen(0, '127.0.0.1'), 'listening')]);
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await engine.close();
});

test("OpenFeature's React SDK, in Chromium: a user's flags, another user's, and a live change", async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.getByText('true PLAIN mine').waitFor();
  await page.evaluate(`logIn('8', 'growth')`);
  await page.getByText('false BLUE mine').waitFor();
  await engine.live.pin('BANNER', 'ON', BY);
  await page.getByText('true BLUE mine').waitFor();
  expect(complaints.filter((line) => !line.includes('SECRET_PLAN'))).toEqual([]);
});
