import express5, { type Express } from 'express';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const express4: typeof express5 = require('express4');

/** Both Express versions that are supported, for `describe.each`. */
export const expresses = [
  { version: 'Express 5', express: express5 },
  { version: 'Express 4', express: express4 },
] as const;

/** Calls `use` with the origin of a server that answers with `app`, and closes it afterwards. */
export async function listening<T>(app: Express, use: (origin: string, server: Server) => Promise<T>): Promise<T> {
  const server = createServer({ maxHeaderSize: 65_536 }, app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends `path` and `headers` as they stand: what clients that know URLs and cookies would put right first. */
export function raw(
  app: Express,
  path: string,
  { method = 'GET', headers = [] as readonly (readonly [string, string])[] } = {},
): Promise<RawAnswer> {
  return listening(app, async (origin) => {
    const { hostname, port } = new URL(origin);
    const host = headers.some(([name]) => name === 'Host') ? [] : ['Host', `${hostname}:${port}`];
    const all = [...host, ...headers.flat()];
    const sent = request({ hostname, port, method, path, agent: false, headers: all as never });
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      sent.on('response', resolve).on('error', reject).end(),
    );
    let body = '';
    for await (const chunk of answer.setEncoding('utf8')) body += chunk;
    return { status: answer.statusCode!, headers: answer.headers, body };
  });
}
