import type { Request } from 'express';
import { P, type Engine, type Options, type Rule } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import request from 'supertest';
import { BY, engineOf, toggle, type Toggle } from '../support/config';
import { expresses } from '../support/http-express';
import { plainCookie, setCookies, SIGNED } from '../support/http-flags';

type Rules = readonly Rule<Toggle>[];
const halves: Rules = [{ name: 'halves', split: { ON: 50, OFF: 50 } }];
const userOf = (req: Request) => /user=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];

/** An engine over one sticky flag, and others like it that are not. */
function engineWith(rules: Rules, options: Options = {}) {
  const user = (req: Request) => ({ id: userOf(req) });
  return engineOf({ GREETING: toggle({ unit: 'either', sticky: true, rules }) }, { ...SIGNED, user, ...options });
}

/** Somebody whom their own id gives `variant`. */
function userWith(engine: Engine<any>, variant: string): string {
  const users = Array.from({ length: 100 }, (_, index) => `user-${index}`);
  return users.find((id) => engine.for({ user: { id } }).ffVariant('GREETING') === variant)!;
}
const otherThan = (variant: string) => (variant === 'ON' ? 'OFF' : 'ON');

describe.each(expresses)('a sticky flag, on $version', ({ express }) => {
  function appOver(engine: Engine<any>) {
    const app = express();
    app.use(gatekeeper(engine));
    app.get('/', (req, res) => void res.json(req.gk.explain('GREETING')));
    return app;
  }

  /** A browser: it sends the cookies it was sent, to whichever version of the app it meets. */
  function browser() {
    const cookies = new Map<string, string>();
    return {
      cookies,
      async visit(engine: Engine<any>, path = '/') {
        const sent = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await request(appOver(engine)).get(path).set('Cookie', sent).expect(200);
        for (const cookie of setCookies(answer)) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
          cookies.set(name!, value!);
        }
        return answer.body as { variant: string; reason: string; steps: { step: string; detail: string }[] };
      },
      login: (user: string) => cookies.set('user', user),
      logout: () => cookies.delete('user'),
    };
  }

  /** A browser that was given a variant of `engine` as nobody, and then signed in as a user whose own is the other. */
  async function signedIn(engine: Engine<any>) {
    const visitor = browser();
    const { variant } = await visitor.visit(engine);
    visitor.login(userWith(engine, otherThan(variant)));
    return { ...visitor, variant };
  }

  test('keeps after the login what the visitor had before it, where the user’s id would give another', async () => {
    const engine = engineWith(halves);
    for (let visitor = 0; visitor < 8; visitor++) {
      const { visit, variant, login } = await signedIn(engine);
      const decision = await visit(engine);
      expect(decision).toMatchObject({ variant, reason: 'sticky' });
      expect(decision.steps.at(-1)).toEqual({
        step: 'sticky',
        matched: true,
        detail: 'what this visitor had before the login',
      });
      login(userWith(engine, variant));
      expect(await visit(engine)).toMatchObject({ variant });
    }
  });

  test('keeps it in the very request of the login', async () => {
    const engine = engineWith(halves);
    const app = express().use(gatekeeper(engine));
    app.get('/', (req, res) => {
      const before = req.gk.ffVariant('GREETING');
      const user = { id: userWith(engine, otherThan(before)) };
      const { variant, reason } = req.gk.identify(user).explain('GREETING');
      res.json([before, variant, reason]);
    });
    const { body } = await request(app).get('/');
    expect(body).toEqual([body[0], body[0], 'sticky']);
  });

  test('gives it back after the logout, and to whoever signs in next in this browser', async () => {
    const engine = engineWith(halves);
    const { visit, variant, login, logout } = await signedIn(engine);
    await visit(engine);
    logout();
    expect(await visit(engine)).toMatchObject({ variant, reason: 'split' });
    login('somebody-else');
    expect(await visit(engine)).toMatchObject({ variant, reason: 'sticky' });
  });

  test('keeps nothing of users who were never here as nobody', async () => {
    const engine = engineWith(halves);
    for (const variant of ['ON', 'OFF']) {
      const { visit, login, cookies } = browser();
      login(userWith(engine, variant));
      expect(await visit(engine)).toMatchObject({ variant, reason: 'split' });
      expect([...cookies.keys()]).toEqual(['user']);
    }
  });

  test('keeps nothing where the visitor got no id', async () => {
    const { visit, cookies } = browser();
    expect(await visit(engineWith(halves, { visitor: { consent: () => false } }))).toMatchObject({ reason: 'default' });
    expect([...cookies.keys()]).toEqual([]);
  });

  test.each<[string, Rules]>([
    ['serves all it matches', [{ name: 'all', serve: 'ON' }]],
    ['goes by the visitor anyway', [{ name: 'halves', unit: 'visitor', split: { ON: 50, OFF: 50 } }]],
  ])('keeps nothing of a rule that %s', async (_, rules) => {
    const { visit, cookies } = browser();
    await visit(engineWith(rules));
    expect([...cookies.keys()]).not.toContain('gk_sticky');
  });

  test('keeps the variant of a rollout, too, and as it grows', async () => {
    const quarter: Rules = [{ name: 'some', rollout: 25, serve: 'ON' }];
    const engine = engineWith(quarter);
    let inside = browser();
    while ((await inside.visit(engine)).variant !== 'ON') inside = browser();
    inside.login(userWith(engine, 'OFF'));
    expect(await inside.visit(engine)).toMatchObject({ variant: 'ON', reason: 'sticky' });
    expect(await inside.visit(engineWith([{ name: 'some', rollout: 30, serve: 'ON' }]))).toMatchObject({
      reason: 'sticky',
    });
    await engine.live.setRollout('GREETING', 'some', 40, BY);
    expect(await inside.visit(engine)).toMatchObject({ variant: 'ON', reason: 'sticky' });
  });

  describe('decides anew, by the user, where the rule that gave the variant no longer stands:', () => {
    const split = (ON: number, OFF: number): Rules => [{ name: 'halves', split: { ON, OFF } }];
    test.each<[string, Rules]>([
      ['it is gone', []],
      ['it has another name', [{ name: 'other halves', split: { ON: 50, OFF: 50 } }]],
      ['its rollout has ended', [{ name: 'halves', rollout: 0, split: { ON: 50, OFF: 50 } }]],
      ['it is not for users', [{ name: 'halves', except: { user: { id: P.string } }, split: { ON: 50, OFF: 50 } }]],
      ['it is not for this process', [{ name: 'halves', when: { app: { beta: true } }, split: { ON: 50, OFF: 50 } }]],
    ])('%s', async (_, rules) => {
      const { visit, cookies } = await signedIn(engineWith(halves));
      const later = engineWith(rules);
      const { variant, reason } = later.for({ user: { id: cookies.get('user') } }).explain('GREETING');
      expect(reason).not.toBe('sticky');
      expect(await visit(later)).toMatchObject({ variant, reason });
    });

    test('it has lost that variant', async () => {
      const { visit, variant } = await signedIn(engineWith(halves));
      const without = variant === 'ON' ? split(0, 100) : split(100, 0);
      expect(await visit(engineWith(without))).toMatchObject({ variant: otherThan(variant), reason: 'split' });
    });

    test('a live percentage has put the visitor out', async () => {
      const engine = engineWith([{ name: 'some', rollout: 100, serve: 'ON' }]);
      const { visit, login } = browser();
      await visit(engine);
      login('ada');
      expect(await visit(engine)).toMatchObject({ variant: 'ON', reason: 'sticky' });
      await engine.live.setRollout('GREETING', 'some', 0, BY);
      expect(await visit(engine)).toMatchObject({ variant: 'OFF', reason: 'default' });
    });

    test('and takes it up again where the rule comes back', async () => {
      const engine = engineWith(halves);
      const { visit, variant } = await signedIn(engine);
      await visit(engineWith([]));
      expect(await visit(engine)).toMatchObject({ variant, reason: 'sticky' });
    });
  });

  describe('is beaten by', () => {
    test('a kill, and by a pin', async () => {
      const engine = engineWith([{ name: 'all', rollout: 100, serve: 'ON' }]);
      const { visit, login } = browser();
      await visit(engine);
      login('ada');
      expect(await visit(engine)).toMatchObject({ variant: 'ON', reason: 'sticky' });
      await engine.live.pin('GREETING', 'OFF', BY);
      expect(await visit(engine)).toMatchObject({ variant: 'OFF', reason: 'pinned' });
      await engine.live.kill('GREETING', BY);
      expect(await visit(engine)).toMatchObject({ variant: 'OFF', reason: 'killed' });
    });

    test('an override of this browser', async () => {
      const engine = engineWith(halves, { overrides: { unsigned: true } });
      const { visit, variant, cookies } = await signedIn(engine);
      const override = plainCookie({ GREETING: otherThan(variant) });
      cookies.set('gatekeeper', override.slice('gatekeeper='.length));
      expect(await visit(engine)).toMatchObject({ variant: otherThan(variant), reason: 'browser-override' });
    });

    test('a list of users', async () => {
      const listed = toggle({
        unit: 'either',
        sticky: true,
        overrides: { OFF: ['ada'] },
        rules: [{ name: 'all', rollout: 100, serve: 'ON' }],
      });
      const engine = engineOf({ GREETING: listed }, { ...SIGNED, user: (req) => ({ id: userOf(req) }) });
      const { visit, login } = browser();
      await visit(engine);
      login('ada');
      expect(await visit(engine)).toMatchObject({ variant: 'OFF', reason: 'user-override' });
    });
  });

  test('one that is not sticky goes by the user', async () => {
    const flag = toggle({ unit: 'either', rules: halves });
    const engine = engineOf({ GREETING: flag }, { ...SIGNED, user: (req) => ({ id: userOf(req) }) });
    const { visit, variant, cookies } = await signedIn(engine);
    expect(await visit(engine)).toMatchObject({ variant: otherThan(variant), reason: 'split' });
    expect(cookies.has('gk_sticky')).toBe(false);
  });
});
