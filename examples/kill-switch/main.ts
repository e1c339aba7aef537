// Kills a flag in this process, and watches the app in another process obey.
// Run it: npx tsx examples/kill-switch/main.ts
//         REDIS_URL=redis://localhost:6379 npx tsx examples/kill-switch/main.ts
//         DATABASE_URL=postgres://postgres@localhost:5432/postgres npx tsx examples/kill-switch/main.ts
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createEngine } from 'gatekeeper-flags';
import { config, opened } from './flags';

async function run() {
  // Stands in for a chat that the app posts every change to.
  const chat = createServer(async (req, res) => {
    console.log('  the chat reads:', JSON.parse(await text(req)).text);
    res.end();
  });
  await once(chat.listen(0), 'listening');
  const WEBHOOK_URL = `http://localhost:${(chat.address() as AddressInfo).port}`;

  const app = fork(join(__dirname, 'server.ts'), {
    env: { ...process.env, PORT: '0', WEBHOOK_URL },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [url] = await once(createInterface(app.stdout!), 'line');
  const engine = createEngine(config);
  await engine.ready;

  const pay = async () => (await fetch(`${url}/pay`)).text();
  async function untilItObeys(before: string) {
    const start = performance.now();
    while ((await pay()) === before);
    console.log(`  process ${app.pid}: pay ${await pay()}, ${Math.round(performance.now() - start)} ms later`);
  }

  console.log(`\nTwo processes share live state in ${engine.status().store}.`);
  const before = await pay();
  console.log(`  process ${app.pid}: pay ${before}`);

  console.log(`\nProcess ${process.pid} kills CARD_PAYMENTS.`);
  await engine.live.kill('CARD_PAYMENTS', { actor: 'ada', reason: 'the card provider is down' });
  await untilItObeys(before);

  console.log('\nWhat is stored:');
  for (const line of await opened.look()) console.log(`  ${line}`);

  console.log(`\nProcess ${process.pid} restores it.`);
  await engine.live.restore('CARD_PAYMENTS', { actor: 'ada', reason: 'cards work again' });
  await untilItObeys('by invoice');

  app.kill('SIGTERM');
  const [code] = await once(app, 'exit');
  console.log(`\nThe app was told to stop (SIGTERM), wrote what it had counted, and ended with ${code}:`);
  for (const { flag, variant, count } of await engine.live.counts())
    console.log(`  ${flag} was decided ${variant} ${count} times`);

  chat.close();
  await engine.close();
  await opened.end();
}

void run();
