import type { Engine } from '../engine';
import { httpOf } from '../express/http';
import type { Choices, RegisteredConfig } from '../register';

/** A cookie as Playwright's `addCookies` takes it (add the `url`), and as a `Cookie` header for supertest. */
export interface TestCookie {
  readonly name: string;
  /** Encoded, as it stands in a header. */
  readonly value: string;
  /** `name=value`; not enumerable, so that `{ ...cookie, url }` is what Playwright takes. */
  readonly header: string;
}

/**
 * The override cookie that puts `choices` on a browser: plain for an app under NODE_ENV=test, or with `engine` as that
 * engine's own middleware would set it, signed where it has a secret.
 */
export function overrideCookie<C = RegisteredConfig>(choices: Choices<C>, engine?: Engine<C>): TestCookie {
  const overrides = new Map(Object.entries<string>(choices as { [flag: string]: string }));
  const plain = { name: 'gatekeeper', value: JSON.stringify(Object.fromEntries(overrides)) };
  const cookie = engine ? httpOf(engine).cookie.write(overrides) : plain;
  const { name, value } = { ...cookie, value: encodeURIComponent(cookie.value) };
  return Object.defineProperty({ name, value } as TestCookie, 'header', { value: `${name}=${value}` });
}
