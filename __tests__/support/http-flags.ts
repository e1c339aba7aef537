import type { Express } from 'express';
import { createEngine, defineConfig, FeatureFlag, type Context, type Engine, type Options } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { expresses } from './http-express';

export enum State {
  ON = 'ON',
  OFF = 'OFF',
}

/** Off for everyone, so that only an override turns it on. */
export class Toggle extends FeatureFlag<State> {
  readonly variants = State;
  readonly off = State.OFF;
  constructor(readonly description = 'One-page checkout') {
    super();
  }
}

class StaffTools extends Toggle {
  override getVariant({ user }: Context) {
    return user?.staff ? State.ON : State.OFF;
  }
}

class Locked extends Toggle {
  override readonly overridable = false;
}

export const SECRET = 'a-secret-of-at-least-32-characters';
export const OTHER_SECRET = 'another-secret-of-32-characters-or-more';
export const SIGNED = { environment: 'production', secret: SECRET } as const;

/** A logger that keeps what it is told. */
export function keepingLogger() {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  return { lines, warn: keep, error: keep };
}

interface Flags {
  readonly [name: string]: FeatureFlag<string>;
}

/** An engine in production over a few toggles; whatever it logs is kept in `lines`. */
export function engineWith(options: Options = {}, more: Flags = {}): { engine: Engine; lines: string[] } {
  const logger = keepingLogger();
  const flags: Flags = {
    CHECKOUT: new Toggle(),
    BANNER: new Toggle('The spring banner'),
    STAFF_TOOLS: new StaffTools('Tools for staff'),
    LOCKED: new Locked('Pays out money'),
    ...more,
  };
  const config = defineConfig({
    env: { NODE_ENV: 'production' },
    user: (req: { user?: object }) => req.user,
    logger,
    ...options,
    flags,
  });
  return { engine: createEngine(config), lines: logger.lines };
}

/**
 * A small app: `/flags` answers with every flag's variant, `/overrides` with this browser's overrides, and `/set?A=ON&B=`
 * sets and clears some; an error is answered with its code. The header `x-user` says who is signed in.
 */
export function appWith(engine: Engine, express = expresses[0].express): Express {
  const app = express();
  app.use((req, _res, next) => {
    const staff = req.headers['x-user'] === 'staff';
    if (req.headers['x-user']) Object.assign(req, { user: { id: req.headers['x-user'], staff } });
    next();
  });
  app.use(gatekeeper(engine));
  app.get('/flags', (req, res) => void res.json(req.gk.all()));
  app.get('/overrides', (req, res) => void res.json(req.gk.browserOverrides()));
  app.get('/set', (req, res) => {
    const chosen = [...new URL(req.originalUrl, 'http://localhost').searchParams];
    try {
      for (const [flag, variant] of chosen) req.gk.setBrowserOverride(flag, variant);
      res.json(chosen);
    } catch (error) {
      res.status(409).json({ code: (error as { code: string }).code, message: (error as Error).message });
    }
  });
  return app;
}

interface Answer {
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}

/** The `Set-Cookie` values of an answer. */
export function setCookies({ headers }: Answer): string[] {
  return [headers['set-cookie'] ?? []].flat();
}

/** What a browser sends back after an answer that set one cookie: `name=value`. */
export function cookieOf(answer: Answer): string {
  return setCookies(answer)[0]!.split(';', 1)[0]!;
}

/** A plain override cookie, as a browser console would set it. */
export function plainCookie(overrides: unknown, name = 'gatekeeper'): string {
  return `${name}=${encodeURIComponent(JSON.stringify(overrides))}`;
}
