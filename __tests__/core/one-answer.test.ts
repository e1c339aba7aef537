import { BY, engineOf, toggle } from '../support/config';
import { visit } from '../support/visit';

const random = () => toggle({ getVariant: () => (Math.random() < 0.5 ? 'ON' : 'OFF') });

test('a rule that answers at random is asked once a request', () => {
  const engine = engineOf({ FLAG: random() });
  for (let request = 0; request < 50; request += 1) {
    const gk = engine.for({});
    const first = gk.ffVariant('FLAG');
    const others = Array.from({ length: 20 }, (_, n) =>
      [gk.ffVariant('FLAG'), gk.all().FLAG, gk.explain('FLAG').variant].at(n % 3),
    );
    expect(new Set(others)).toEqual(new Set([first]));
  }
});

test('also with more flags than are usually asked in one request', () => {
  const flags = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`FLAG_${n}`, random()]));
  const gk = engineOf(flags).for({});
  const first = gk.all();
  expect(new Set(Object.values(first)).size).toBe(2);
  expect(gk.all()).toEqual(first);
  for (const [name, variant] of Object.entries(first)) expect(gk.ff(name, variant)).toBe(true);
});

test('whatever is decided by a flag that another needs is its answer too', () => {
  const engine = engineOf({
    NEEDS: toggle({ requires: [{ flag: 'BASE', variant: 'ON' }], getVariant: () => 'ON' }),
    BASE: random(),
  });
  for (let request = 0; request < 50; request += 1) {
    const gk = engine.for({});
    expect(gk.ffVariant('NEEDS')).toBe(gk.ffVariant('BASE'));
  }
});

test('live changes midway change nothing in this request, not even for flags that it has not asked yet', async () => {
  const engine = engineOf({ A: toggle({ getVariant: () => 'ON' }), B: toggle({ getVariant: () => 'ON' }) });
  const seen = await visit(engine, {}, async (gk) => {
    const before = gk.ff('A', 'ON');
    await engine.live.kill('A', BY);
    await engine.live.kill('B', BY);
    return { before, after: gk.ff('A', 'ON'), other: gk.ff('B', 'ON'), fresh: gk.fresh().all() };
  });
  expect(seen).toEqual({ before: true, after: true, other: true, fresh: { A: 'OFF', B: 'OFF' } });
  expect(await visit(engine, {}, (gk) => gk.all())).toEqual({ A: 'OFF', B: 'OFF' });
});

test('the first check binds: a change before it counts', async () => {
  const engine = engineOf({ A: toggle({ getVariant: () => 'ON' }) });
  const seen = await visit(engine, {}, async (gk) => {
    await engine.live.kill('A', BY);
    return gk.ff('A', 'ON');
  });
  expect(seen).toBe(false);
});

test('the first check binds the user: a login after it does not count, except by identify', async () => {
  const engine = engineOf(
    { FLAG: toggle({ overrides: { ON: [1] } }), OTHER: toggle({ overrides: { ON: [1] } }) },
    { user: (req) => req.user },
  );
  const seen = await visit(engine, {}, (gk, req) => {
    const before = gk.ff('FLAG', 'ON');
    Object.assign(req, { user: { id: 1 } });
    const after = [gk.ff('FLAG', 'ON'), gk.ff('OTHER', 'ON')];
    return { before, after, identified: gk.identify({ id: 1 }).all() };
  });
  expect(seen).toEqual({ before: false, after: [false, false], identified: { FLAG: 'ON', OTHER: 'ON' } });
});

test('user and groups are asked once a request, and only if a flag is checked', async () => {
  const asked: string[] = [];
  const flags = Object.fromEntries(
    [1, 2, 3].map((n) => [`FLAG_${n}`, toggle({ getVariant: ({ user, groups }) => (user && groups ? 'ON' : 'OFF') })]),
  );
  const engine = engineOf(flags, {
    user: () => (asked.push('user'), { id: 1 }),
    groups: () => (asked.push('groups'), {}),
  });
  expect(await visit(engine, {}, () => [...asked])).toEqual([]);
  expect(await visit(engine, {}, (gk) => [gk.all(), gk.all(), [...asked]].at(-1))).toEqual(['user', 'groups']);
});
