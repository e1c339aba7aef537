import express, { type Express } from 'express';
import { FeatureFlag, type Engine, type Options, type Rule } from 'gatekeeper-flags';
import { ofrep, type OfrepOptions } from 'gatekeeper-flags/ofrep';
import { engineOf, toggle } from './config';

enum Theme {
  PLAIN = 'PLAIN',
  BLUE = 'BLUE',
  RED = 'RED',
}

class ThemeFlag extends FeatureFlag<Theme> {
  readonly description = 'The colours of the shop';
  override readonly clientSide = true;
  readonly variants = Theme;
  readonly off = Theme.PLAIN;
  override readonly rules: Rule<Theme>[] = [
    { name: 'growth', when: { user: { plan: 'growth' } } as never, serve: 'BLUE' },
  ];
}

export function ofrepEngine(options: Options = {}): Engine<any> {
  const flags = {
    BANNER: toggle({ clientSide: true, rules: [{ name: 'seventh', when: { user: { id: 7 } }, serve: 'ON' }] }),
    THEME: new ThemeFlag(),
    LIMIT: toggle({ clientSide: true, payloads: { ON: 0.5, OFF: 10 } }),
    LAYOUT: toggle({ clientSide: true, payloads: { ON: { columns: 2 } } }),
    HALF: toggle({ clientSide: true, rules: [{ name: 'all', rollout: 100, serve: 'ON' }] }),
    BROKEN: toggle({
      clientSide: true,
      getVariant() {
        throw new Error('postgres://ada:secret@db refused');
      },
    }),
    SECRET_PLAN: toggle(),
  };
  return engineOf(flags, options);
}

/** An app that takes the tokens `browser` and `backend`. */
export function ofrepApp(engine: Engine<any>, options: Partial<OfrepOptions> = {}): Express {
  const app = express();
  const authorize: OfrepOptions['authorize'] = (req) => {
    const token = (req as express.Request).get('authorization');
    return token === 'Bearer browser' ? 'client' : token === 'Bearer backend' ? 'server' : null;
  };
  app.use(ofrep(engine, { authorize, ...options }));
  return app;
}
