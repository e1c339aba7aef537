import type { Context } from 'gatekeeper-flags';
import { BY, engineOf, toggle } from '../support/config';
import { visit } from '../support/visit';

const forUserOne = { getVariant: ({ user }: Context) => (user?.id === 1 ? 'ON' : 'OFF') } as const;
const ONE = { user: { id: 1 } };
const TWO = { user: { id: 2 } };

describe('all', () => {
  test('has every flag, in the order of the config, in an object without a prototype', () => {
    const all = engineOf({ B: toggle(forUserOne), A: toggle() })
      .for(ONE)
      .all();
    expect(Object.entries(all)).toEqual([
      ['B', 'ON'],
      ['A', 'OFF'],
    ]);
    expect(Object.getPrototypeOf(all)).toBeNull();
  });

  test('agrees with ff, one by one, for more flags than a request usually asks', () => {
    const flags = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`FLAG_${n}`, toggle({ overrides: { ON: n % 3 ? [1] : [2] } })]),
    );
    const gk = engineOf(flags).for(ONE);
    const before = Object.keys(flags).map((name) => gk.ffVariant(name));
    expect(Object.values(gk.all())).toEqual(before);
    expect(before.filter((variant) => variant === 'ON')).toHaveLength(133);
  });
});

describe('identify', () => {
  test('binds to another user from then on, and forgets the answers so far', () => {
    const gk = engineOf({ FLAG: toggle(forUserOne) }).for(TWO);
    expect(gk.ff('FLAG', 'ON')).toBe(false);
    expect(gk.identify({ id: 1 })).toBe(gk);
    expect(gk.ff('FLAG', 'ON')).toBe(true);
    expect(gk.identify(null).ff('FLAG', 'ON')).toBe(false);
  });

  test('stays under the live state of the request', async () => {
    const engine = engineOf({ FLAG: toggle(forUserOne) });
    const gk = engine.for(TWO);
    gk.ff('FLAG', 'ON');
    await engine.live.kill('FLAG', BY);
    expect(gk.identify({ id: 1 }).explain('FLAG')).toMatchObject({ variant: 'ON', reason: 'rule' });
    expect(gk.fresh().explain('FLAG').reason).toBe('killed');
  });

  test("keeps this browser's overrides", async () => {
    const engine = engineOf({ FLAG: toggle(forUserOne) });
    const seen = await visit(engine, { overrides: { FLAG: 'ON' } }, (gk) => gk.identify({ id: 2 }).explain('FLAG'));
    expect(seen).toMatchObject({ variant: 'ON', reason: 'browser-override' });
  });
});

describe('forUser', () => {
  test('answers for somebody else, and leaves this one as it is', () => {
    const gk = engineOf({ FLAG: toggle(forUserOne) }).for(TWO);
    expect(gk.forUser({ id: 1 }).ff('FLAG', 'ON')).toBe(true);
    expect(gk.forUser(null).ff('FLAG', 'ON')).toBe(false);
    expect(gk.ff('FLAG', 'ON')).toBe(false);
  });

  test('is under the same live state', async () => {
    const engine = engineOf({ FLAG: toggle(forUserOne) });
    const gk = engine.for(TWO);
    gk.ff('FLAG', 'ON');
    await engine.live.kill('FLAG', BY);
    expect(gk.forUser({ id: 1 }).ff('FLAG', 'ON')).toBe(true);
    expect(engine.for(TWO).forUser({ id: 1 }).ff('FLAG', 'ON')).toBe(false);
  });

  test('is at the same time and in the same app', () => {
    let time = 0;
    const seen: Context[] = [];
    const flag = toggle({ getVariant: ({ now, app }) => (seen.push({ now, app } as Context), 'ON') });
    const gk = engineOf({ FLAG: flag }, { now: () => (time += 1) }).for({ app: { isDev: true } });
    gk.ff('FLAG', 'ON');
    gk.forUser({ id: 1 }).ff('FLAG', 'ON');
    expect(seen).toEqual([seen[0], { now: seen[0]!.now, app: { isDev: true } }]);
  });

  test("has none of this browser's overrides, visitor id, groups and request", async () => {
    let seen: Context | undefined;
    const engine = engineOf({ FLAG: toggle(), LOOK: toggle({ getVariant: (context) => ((seen = context), 'ON') }) });
    const found = await visit(engine, { overrides: { FLAG: 'ON' } }, (gk) => {
      const other = gk.forUser({ id: 1 });
      return { own: gk.ff('FLAG', 'ON'), other: other.ff('FLAG', 'ON'), overrides: other.browserOverrides() };
    });
    expect(found).toEqual({ own: true, other: false, overrides: {} });
    const context = { ...TWO, visitor: 'v1', groups: { company: { id: 'c1' } }, request: {} };
    engine.for(context).forUser({ id: 1 }).ff('LOOK', 'ON');
    expect(seen).toMatchObject({ user: { id: 1 }, visitor: undefined, groups: {}, request: undefined });
  });
});

describe('fresh', () => {
  test("is the same visitor under today's live state", async () => {
    const engine = engineOf({ FLAG: toggle(forUserOne) });
    const gk = engine.for(ONE);
    expect(gk.ff('FLAG', 'ON')).toBe(true);
    await engine.live.kill('FLAG', BY);
    expect([gk.ff('FLAG', 'ON'), gk.fresh().ff('FLAG', 'ON')]).toEqual([true, false]);
    await engine.live.restore('FLAG', BY);
    expect(gk.fresh().ff('FLAG', 'ON')).toBe(true);
  });

  test('remembers who was identified', () => {
    const gk = engineOf({ FLAG: toggle(forUserOne) }).for(TWO);
    expect(gk.identify({ id: 1 }).fresh().ff('FLAG', 'ON')).toBe(true);
  });

  test("keeps this browser's overrides", async () => {
    const engine = engineOf({ FLAG: toggle() });
    expect(await visit(engine, { overrides: { FLAG: 'ON' } }, (gk) => gk.fresh().ff('FLAG', 'ON'))).toBe(true);
  });
});

describe('browser overrides', () => {
  test('are read from this browser', async () => {
    const engine = engineOf({ FLAG: toggle(), OTHER: toggle(), LOCKED: toggle({ overridable: false }) });
    const overrides = { FLAG: 'ON', LOCKED: 'ON' };
    const seen = await visit(engine, { overrides }, (gk) => [gk.browserOverrides(), gk.all()]);
    expect(seen).toEqual([{ FLAG: 'ON' }, { FLAG: 'ON', OTHER: 'OFF', LOCKED: 'OFF' }]);
  });

  test('outside a browser there are none, and none can be set', () => {
    const gk = engineOf({ FLAG: toggle() }).for(ONE);
    expect(gk.browserOverrides()).toEqual({});
    expect(() => gk.setBrowserOverride('FLAG', 'ON')).toThrow(expect.objectContaining({ code: 'override-refused' }));
  });
});

describe('cacheKey', () => {
  const engine = engineOf({ A: toggle(forUserOne), B: toggle(), C: toggle({ overrides: { ON: [2] } }) });
  const key = (id: number, ...flags: ('A' | 'B' | 'C')[]) => engine.for({ user: { id } }).cacheKey(...flags);

  test('is short, stable, and fit for a header or a file name', () => {
    expect(key(1, 'A', 'B')).toMatch(/^[\w-]{8,24}$/);
    expect(key(1, 'A', 'B')).toBe(key(1, 'A', 'B'));
  });

  test('is one for all who get the same variants of the named flags, and another for others', () => {
    expect(key(3, 'A', 'B', 'C')).toBe(key(4, 'A', 'B', 'C'));
    expect(key(1, 'A', 'B')).not.toBe(key(2, 'A', 'B'));
    expect(key(2, 'A', 'B')).toBe(key(3, 'A', 'B'));
    expect(key(2, 'A', 'C')).not.toBe(key(3, 'A', 'C'));
  });

  test('does not depend on the order of the names, but on the names', () => {
    expect(key(1, 'A', 'B')).toBe(key(1, 'B', 'A'));
    expect(key(2, 'A')).not.toBe(key(2, 'B'));
  });
});

test('a gatekeeper costs nothing until its first check', async () => {
  const asked: string[] = [];
  const engine = engineOf(
    { FLAG: toggle(forUserOne) },
    {
      user: () => void asked.push('user'),
      groups: () => void asked.push('groups'),
      overrides: { allow: () => asked.push('allow') > 0 },
    },
  );
  await visit(engine, { overrides: { FLAG: 'ON' } }, () => expect(asked).toEqual([]));
});
