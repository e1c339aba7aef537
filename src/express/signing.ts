import { hkdfSync } from 'node:crypto';
import { sign, unsign } from 'cookie-signature';

/** Seals small texts against change, and opens what it sealed. */
export interface Signer {
  seal(text: string): string;
  /** The text, or undefined where no key of this purpose and environment has signed `token`. */
  open(token: string): string | undefined;
}

/**
 * A signer (HMAC-SHA256, cookie-signature) with one key per secret, derived by HKDF (RFC 5869) for one purpose and one
 * environment, so that no token means anything elsewhere. The first secret signs, any opens: put the newest first.
 */
export function createSigner(secrets: readonly string[], environment: string, purpose: string): Signer {
  const info = JSON.stringify(['gatekeeper-flags', purpose, environment]);
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', info, 32)));
  return {
    seal: (text) => sign(Buffer.from(text).toString('base64url'), keys[0]!),
    open(token) {
      for (const key of keys) {
        const body = unsign(token, key);
        if (body !== false) return Buffer.from(body, 'base64url').toString();
      }
      return undefined;
    },
  };
}
