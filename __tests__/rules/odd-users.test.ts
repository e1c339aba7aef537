import { inspect } from 'node:util';
import fc from 'fast-check';
import { P, segment } from 'gatekeeper-flags';
import { engineOf, recorder, toggle } from '../support/config';

const big = 'x'.repeat(2 ** 20);
const cyclic: { [key: string]: unknown } = { id: 7, plan: 'growth' };
cyclic.self = cyclic;
cyclic.list = [cyclic];

/** One flag for each way in which a user is read. */
function everyWay() {
  return engineOf(
    {
      PATTERN: toggle({ rules: [{ name: 'r', when: { user: { plan: 'growth' } }, serve: 'ON' }] }),
      EXCEPT: toggle({ rules: [{ name: 'r', except: { user: { plan: 'growth' } }, serve: 'ON' }] }),
      PREDICATE: toggle({
        rules: [{ name: 'r', when: segment('p', ({ user }) => user?.plan === 'growth'), serve: 'ON' }],
      }),
      LISTED: toggle({ rules: [{ name: 'r', when: segment('l', [7]), serve: 'ON' }] }),
      ROLLOUT: toggle({ rules: [{ name: 'r', rollout: 50, serve: 'ON' }] }),
      SPLIT: toggle({ rules: [{ name: 'r', split: { ON: 50, OFF: 50 } }] }),
      COMPANY: toggle({ unit: 'company', rules: [{ name: 'r', rollout: 100, serve: 'ON' }] }),
      OVERRIDES: toggle({ overrides: { ON: [7] } }),
      OWN: toggle({ getVariant: ({ user }) => (user?.plan === 'growth' ? 'ON' : 'OFF') }),
      UNREAD: toggle({ rules: [{ name: 'r', when: { app: {} }, serve: 'ON' }] }),
    },
    { app: {} },
  );
}
/** The variants and the reasons; nothing may throw, and every decision must survive JSON. */
function decisions(given: object) {
  const engine = everyWay();
  const gk = engine.for(given as never);
  const all = gk.all();
  const reasons = Object.fromEntries(
    engine.flags().map(({ name }) => {
      const decision = gk.explain(name as 'OWN');
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      expect(decision.variant).toBe(all[name as 'OWN']);
      return [name, decision.reason];
    }),
  );
  return { all: { ...all }, reasons, errors: engine.stats().errors };
}

const none = {
  PATTERN: 'OFF',
  EXCEPT: 'ON',
  PREDICATE: 'OFF',
  LISTED: 'OFF',
  COMPANY: 'OFF',
  OVERRIDES: 'OFF',
  OWN: 'OFF',
  UNREAD: 'ON',
};

describe('users that are none', () => {
  test.each([undefined, null, 0, '', 'ada', 7, true, 5n, Symbol('user'), () => {}, [], new Date(0)])('%p', (user) => {
    const { all, errors } = decisions({ user });
    expect(all).toMatchObject({ ...none, ROLLOUT: 'OFF', SPLIT: 'OFF' });
    expect(errors).toEqual({});
  });
});

describe('ids of every type', () => {
  test.each([
    undefined,
    null,
    '',
    NaN,
    Infinity,
    -Infinity,
    true,
    false,
    {},
    [],
    [7],
    Symbol('7'),
    () => 7,
    new Number(7),
    new Date(7),
  ])('%p is none: nobody is bucketed, listed or overridden by it', (id) => {
    const { all, reasons, errors } = decisions({ user: { id } });
    expect(all).toMatchObject({ ...none, ROLLOUT: 'OFF', SPLIT: 'OFF' });
    expect(reasons).toMatchObject({ ROLLOUT: 'default', SPLIT: 'default' });
    expect(errors).toEqual({});
  });

  test.each([7, '7', 7n])('%p is 7', (id) => {
    expect(decisions({ user: { id, plan: 'growth' } })).toMatchObject({
      all: { PATTERN: 'ON', EXCEPT: 'OFF', PREDICATE: 'ON', LISTED: 'ON', OVERRIDES: 'ON', OWN: 'ON' },
      errors: {},
    });
  });

  test.each(['__proto__', 'constructor', 'a:b*{}', '\0', '\ud83d', '🚀', ' ', big, 1e308, -0, 2n ** 200n])(
    '%p is one',
    (id) => {
      const { reasons, errors } = decisions({ user: { id } });
      expect(['split', 'default']).toContain(reasons.ROLLOUT);
      expect(reasons.SPLIT).toBe('split');
      expect(errors).toEqual({});
    },
  );

  test('whatever it is, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), (id) => {
        expect(decisions({ user: { id } }).errors).toEqual({});
        expect(decisions({ user: id }).errors).toEqual({});
      }),
    );
  });
});

describe('getters that throw', () => {
  const throwing = (key: string, others: object = {}) =>
    Object.defineProperty({ ...others }, key, {
      enumerable: true,
      get() {
        throw new Error('the database is gone');
      },
    });

  test('of a property: only flags that read it fail, and serve off', () => {
    const { all, reasons, errors } = decisions({ user: throwing('plan', { id: 7 }) });
    const failing = { PATTERN: 'error', EXCEPT: 'error', PREDICATE: 'error', OWN: 'error' };
    expect(reasons).toMatchObject({
      ...failing,
      LISTED: 'rule',
      OVERRIDES: 'user-override',
      SPLIT: 'split',
      UNREAD: 'rule',
    });
    expect(all).toMatchObject({
      PATTERN: 'OFF',
      EXCEPT: 'OFF',
      PREDICATE: 'OFF',
      OWN: 'OFF',
      LISTED: 'ON',
      OVERRIDES: 'ON',
    });
    expect(errors).toEqual({ PATTERN: 1, EXCEPT: 1, PREDICATE: 1, OWN: 1 });
  });

  test('of the id', () => {
    const { reasons } = decisions({ user: throwing('id', { plan: 'growth' }) });
    expect(reasons).toMatchObject({
      PATTERN: 'rule',
      OWN: 'rule',
      LISTED: 'error',
      ROLLOUT: 'error',
      SPLIT: 'error',
      OVERRIDES: 'error',
      UNREAD: 'rule',
    });
  });

  test('of a group', () => {
    const { reasons } = decisions({ user: { id: 7 }, groups: throwing('company') });
    expect(reasons).toMatchObject({ COMPANY: 'error', LISTED: 'rule', UNREAD: 'rule' });
  });

  test('are told to the logger and to onError with the flag', () => {
    const { errors, logger } = recorder();
    const told: unknown[] = [];
    const engine = engineOf(
      { FLAG: toggle({ rules: [{ name: 'r', when: { user: { plan: 'growth' } }, serve: 'ON' }] }) },
      { logger, onError: (error, flag) => told.push([(error as Error).message, flag]) },
    );
    expect(engine.for({ user: throwing('plan') }).ff('FLAG', 'OFF')).toBe(true);
    expect(told).toEqual([['the database is gone', 'FLAG']]);
    expect(errors).toEqual(['gatekeeper: FLAG is served as off: Error: the database is gone']);
  });

  test('what they throw may be anything, even what cannot be shown', () => {
    const unshowable = {
      get message() {
        throw new Error('no');
      },
      [inspect.custom]() {
        throw new Error('no');
      },
    };
    for (const thrown of [undefined, null, 'text', Symbol('s'), unshowable, cyclic]) {
      const user = Object.defineProperty({ id: 7 }, 'plan', {
        get() {
          throw thrown;
        },
      });
      expect(decisions({ user }).reasons).toMatchObject({ PATTERN: 'error', OWN: 'error', LISTED: 'rule' });
    }
  });
});

describe('properties of every type', () => {
  test.each<[string, unknown]>([
    ['a bigint', 5n],
    ['a symbol', Symbol('growth')],
    ['a function', () => 'growth'],
    ['a cycle', cyclic],
    ['a megabyte', big],
    ['an object without a prototype', Object.create(null)],
    [
      'a revoked proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    ],
  ])('%s is not "growth"', (_, plan) => {
    expect(decisions({ user: { id: 8, plan } })).toMatchObject({
      all: { PATTERN: 'OFF', EXCEPT: 'ON', PREDICATE: 'OFF', OWN: 'OFF' },
      errors: {},
    });
  });

  test('a cyclic user, whose patterns reach through the cycle', () => {
    const engine = engineOf({
      FLAG: toggle({
        rules: [{ name: 'r', when: { user: { self: { self: { plan: 'growth', list: [{ id: 7 }] } } } }, serve: 'ON' }],
      }),
    });
    expect(engine.for({ user: cyclic }).ff('FLAG', 'ON')).toBe(true);
    expect(decisions({ user: cyclic }).all).toMatchObject({ PATTERN: 'ON', LISTED: 'ON', OWN: 'ON' });
  });

  test('symbols as keys', () => {
    const key = Symbol('key');
    const engine = engineOf({
      FLAG: toggle({ rules: [{ name: 'r', when: { user: { [key]: P.string } } as never, serve: 'ON' }] }),
    });
    expect(engine.for({ user: { [key]: 'x' } }).ff('FLAG', 'ON')).toBe(true);
    expect(engine.for({ user: {} }).explain('FLAG')).toMatchObject({ variant: 'OFF', reason: 'default' });
  });

  test('a user who is a proxy, a class instance, or frozen', () => {
    class Account {
      readonly id = 7;
      get plan() {
        return 'growth';
      }
    }
    for (const user of [
      new Account(),
      Object.freeze({ id: 7, plan: 'growth' }),
      new Proxy({ id: 7, plan: 'growth' }, {}),
    ])
      expect(decisions({ user }).all).toMatchObject({ PATTERN: 'ON', LISTED: 'ON', OVERRIDES: 'ON', OWN: 'ON' });
  });

  test('whatever a user has, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.object({ withBigInt: true, withMap: true, withSet: true }), (user) => void decisions({ user })),
    );
  });
});
