import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BY } from '../support/config';
import { enginesOn, fresh, READY_TIMEOUT } from '../support/engines-on';
import { servers } from '../support/real-stores';
import { untouched } from '../support/steady-requests';
import { tcpProxy } from '../support/tcp-proxy';

const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-flags-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What listens where a store should: one that speaks HTTP, one that greets as for mail, one that says back what it hears, one that hangs up. */
const others: readonly Server[] = [
  createHttpServer((_req, res) => res.end('hello')),
  ...[
    (socket: Socket) => socket.write('220 hello\r\n'),
    (socket: Socket) => socket.pipe(socket),
    (socket: Socket) => socket.end(),
  ].map((answer) => createServer((socket) => answer(socket.on('error', () => {})))),
];
beforeAll(() => Promise.all(others.map((server) => once(server.listen(0, '127.0.0.1'), 'listening'))));
afterAll(() => others.forEach((server) => server.close()));

describe.each(servers)('$name', (kind) => {
  const on = enginesOn(kind);

  /** A process that begins while `address` is no store; `mend` makes it one. Until then the code decides. */
  async function expectLate(begin: { url?: string }, mend: () => unknown) {
    const late = on.start(begin);
    const began = performance.now();
    const { served } = await untouched(late.engine, async () => {
      await late.engine.ready;
      expect(performance.now() - began).toBeLessThan(READY_TIMEOUT + 2_000);
      await sleep(200);
      expect([late.engine.status().state, late.served()]).toEqual(['never-loaded', 'ON OFF']);
      expect(late.engine.status().revision).toBe(0);
      await mend();
      await fresh(late);
      await sleep(50);
    });
    expect(served).toEqual(['ON', 'OFF']);
    expect(late.engine.status().revision).toBe(1);
  }

  beforeEach(async () => void (await (await on.ready()).engine.live.kill('A', BY)));

  test('refused', async () => {
    await on.place.kill();
    await expectLate({}, () => on.place.start());
  });

  test('refused, with a last known good copy: what was known is in effect', async () => {
    const copy = join(folder, `${kind.name}.json`);
    const before = await on.ready({ copy });
    await before.engine.close();
    await on.place.kill();
    const late = on.start({ copy, readyTimeout: 2_000 });
    await untouched(late.engine, async () => {
      await late.engine.ready;
      expect([late.engine.status().state, late.served()]).toEqual(['stale', 'OFF OFF']);
      await on.place.start();
      await fresh(late);
    });
    expect(late.served()).toBe('OFF OFF');
  });

  test('silent', async () => {
    on.place.pause();
    await expectLate({}, () => sleep(500).then(() => on.place.resume())).finally(() => on.place.resume());
  });

  test('wrong', () =>
    Promise.all(
      others.map(async (other) => {
        const proxy = await tcpProxy(on.place.url);
        proxy.target = `tcp://127.0.0.1:${(other.address() as AddressInfo).port}`;
        await expectLate(proxy, () => {
          proxy.target = on.place.url;
          proxy.cut();
        });
      }),
    ));
});
