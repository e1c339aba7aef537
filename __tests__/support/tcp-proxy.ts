import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be made worse. */
export interface TcpProxy {
  /** The server's address, by way of the proxy. */
  readonly url: string;
  /** The address of the server that new connections lead to. */
  target: string;
  /** Milliseconds that everything takes longer, each way. */
  delay: number;
  /** Cuts every connection (RST); new ones can be made. */
  cut(): void;
  /** From now on nothing passes on the connections there are, and nobody is told; new ones work. As a NAT forgets. */
  halfOpen(): void;
  /** The next answer on each connection arrives with every byte turned into another. */
  garble(): void;
  /** Whether new connections are refused. */
  refuse: boolean;
  /** How many connections there are. */
  readonly connections: number;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  dead: boolean;
  garbled: boolean;
}

const closing = new Set<() => void>();
afterAll(() => closing.forEach((close) => close()));

/** A proxy to the server that `url` names; it ends with the test file. */
export async function tcpProxy(url: string): Promise<TcpProxy> {
  const pairs = new Set<Pair>();

  const server = createServer((near) => {
    if (proxy.refuse) return void near.resetAndDestroy();
    const { hostname, port } = new URL(proxy.target);
    const far = connect(Number(port), hostname);
    const pair = { near, far, dead: false, garbled: false };
    pairs.add(pair);
    pass(near, far, (data) => data);
    pass(far, near, (data) => {
      if (!pair.garbled) return data;
      pair.garbled = false;
      return data.map((byte) => byte ^ 0x5a);
    });

    function pass(from: Socket, to: Socket, through: (data: Buffer) => Uint8Array) {
      const later = (work: () => void) => {
        if (pair.dead) return;
        if (proxy.delay === 0) work();
        else setTimeout(() => pair.dead || work(), proxy.delay).unref();
      };
      from.on('data', (data) => later(() => to.write(through(data))));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        later(() => to.destroy());
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const proxy: TcpProxy = {
    url: through.href,
    target: url,
    delay: 0,
    refuse: false,
    cut: () => pairs.forEach(({ near }) => near.resetAndDestroy()),
    halfOpen: () => pairs.forEach((pair) => (pair.dead = true)),
    garble: () => pairs.forEach((pair) => (pair.garbled = true)),
    get connections() {
      return pairs.size;
    },
  };
  closing.add(() => {
    server.close();
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  });
  return proxy;
}
