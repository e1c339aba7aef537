import { stringifySetCookie } from 'cookie';
import type { HttpRequest, HttpResponse } from './http';

export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 removes it. */
  readonly maxAge: number;
}

/** The raw values that a `Cookie` header gives for `name`: none, one, or several where somebody meddled. */
export function cookieValues(header: string | undefined, name: string): string[] {
  const prefix = `${name}=`;
  if (!header?.includes(prefix)) return [];
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
}

/** Sets a cookie for the whole site, out of scripts' reach; one of that name set before on this response is replaced. */
export function setCookie(req: HttpRequest, res: HttpResponse, { name, value, maxAge }: CookieToSet): void {
  const secure = isSecure(req) || name.startsWith('__Host-') || name.startsWith('__Secure-');
  const cookie = stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, sameSite: 'lax', secure });
  const set = [res.getHeader('Set-Cookie') ?? []].flat().map(String);
  res.setHeader('Set-Cookie', [...set.filter((other) => !other.startsWith(`${name}=`)), cookie]);
}

function isSecure({ secure, socket }: HttpRequest): boolean {
  return secure ?? 'encrypted' in socket;
}
