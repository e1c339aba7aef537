import type { Response } from 'express';

/** Writes to a stream of server-sent events; whoever lets so many bytes wait is let go, and may come back. */
export function send(res: Response, text: string, mostUnread: number): void {
  if (res.writableEnded) return;
  if (res.writableLength > mostUnread) res.destroy();
  else res.write(text);
}

/** Ends the connection too: over one that stays, a browser would come back to a server that is closing. */
export function hangUp(res: Response): void {
  const { socket } = res;
  res.end(() => socket?.end());
}

/** A server that has been told to close waits for every stream to end. */
export function isClosing({ req }: Response): boolean {
  const { server } = req.socket as { server?: { listening: boolean } };
  return server?.listening === false;
}
