import { gzipSync } from 'node:zlib';
import { bundle } from '../support/client-pages';

const LIMIT = 2_048;

test('the browser client is at most 2 kB, minified and gzipped', () => {
  const code = bundle(`export * from 'gatekeeper-flags/client/browser'`, { minify: true, format: 'esm' });
  const { length } = gzipSync(code, { level: 9 });
  process.stdout.write(`the browser client is ${length} bytes, minified and gzipped (${code.length} before)\n`);
  expect(length).toBeGreaterThan(500);
  expect(length).toBeLessThanOrEqual(LIMIT);
});

test('with React it brings React in, and nothing else', () => {
  const code = bundle(`export * from 'gatekeeper-flags/client/react'`, {
    minify: true,
    format: 'esm',
    external: ['react'],
  });
  process.stdout.write(`the React hooks are ${gzipSync(code, { level: 9 }).length} bytes more\n`);
  expect([...code.matchAll(/from"([^"]*)"/g)].map(([, name]) => name)).toEqual(['react']);
});

test('an app that takes its types from the server’s config has nothing of it in its bundle', () => {
  const app = `
    import { createClient } from 'gatekeeper-flags/client/browser';
    import { GatekeeperProvider, useFlag } from 'gatekeeper-flags/client/react';
    import type { ClientConfig } from '../support/client';
    const client = createClient<ClientConfig>();
    export const App = () => <GatekeeperProvider client={client}>{useFlag('CHECKOUT', 'ONE_PAGE') ? 1 : 2}</GatekeeperProvider>;
    console.log(client.ff('CHECKOUT', 'ONE_PAGE'));`;
  const code = bundle(app, {
    jsx: 'automatic',
    jsxImportSource: 'react',
    external: ['react', 'react/jsx-runtime'],
    format: 'esm',
  });
  expect(code).toContain('CHECKOUT');
  for (const secret of [
    'needle',
    'growth',
    'SECRET',
    'SIZE',
    'rollout',
    'defineConfig',
    'FeatureFlag',
    'plan',
    'Nobody',
  ])
    expect(code).not.toContain(secret);
  // What it would look like otherwise.
  const careless = bundle(
    app
      .replace('import type { ClientConfig }', 'import { clientConfig }')
      .replace('console.log(', 'console.log(clientConfig, '),
    {
      ...{ jsx: 'automatic', jsxImportSource: 'react', external: ['react', 'react/jsx-runtime'], format: 'esm' },
      ...{ platform: 'node', packages: 'external', logLevel: 'silent' },
    },
  );
  expect(careless).toContain('needle');
});
