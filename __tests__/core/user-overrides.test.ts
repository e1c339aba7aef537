import { BY, engineOf, Toggle, toggle } from '../support/config';

const odd = [
  '',
  NaN,
  Infinity,
  null,
  undefined,
  true,
  {},
  [],
  [1],
  Symbol('1'),
  () => 1,
  { toString: () => '1' },
  new Number(1),
] as readonly unknown[];

describe('user ids listed in the class', () => {
  const engine = engineOf({ FLAG: toggle({ overrides: { ON: [1, '2', 'ada@shop.example', '__proto__', 0] } }) });
  const variantFor = (id: unknown) => engine.for({ user: { id } as never }).explain('FLAG');

  test.each([1, '1', 1n, 2, '2', 'ada@shop.example', '__proto__', 0, '0', -0])('%p is listed', (id) => {
    expect(variantFor(id)).toMatchObject({ variant: Toggle.ON, reason: 'user-override' });
  });

  test.each([3, '3', '01', '1.0', ' 1', '1 ', 'ADA@shop.example', 'constructor', 'toString', 1.5])(
    '%p is not',
    (id) => {
      expect(variantFor(id)).toMatchObject({ variant: Toggle.OFF, reason: 'default' });
    },
  );

  test.each(odd.map((id) => [id]))('%p is no id, and no failure', (id) => {
    expect(variantFor(id)).toMatchObject({ variant: Toggle.OFF, reason: 'default' });
  });

  test('nobody is not listed', () => {
    expect(engine.for({}).explain('FLAG')).toMatchObject({ variant: Toggle.OFF, reason: 'default' });
    expect(engine.for({ user: undefined }).ff('FLAG', 'OFF')).toBe(true);
  });
});

test('each variant has its list, and the rule decides for the others', () => {
  const flag = toggle({ overrides: { ON: [1], OFF: [2] }, getVariant: ({ user }) => (user?.id === 3 ? 'ON' : 'OFF') });
  const engine = engineOf({ FLAG: flag });
  expect([1, 2, 3, 4].map((id) => engine.for({ user: { id } }).explain('FLAG'))).toMatchObject([
    { variant: 'ON', reason: 'user-override' },
    { variant: 'OFF', reason: 'user-override' },
    { variant: 'ON', reason: 'rule' },
    { variant: 'OFF', reason: 'rule' },
  ]);
});

test('a list may be long', () => {
  const ids = Array.from({ length: 100_000 }, (_, id) => id);
  const engine = engineOf({ FLAG: toggle({ overrides: { ON: ids } }) });
  expect(engine.for({ user: { id: '99999' } }).ff('FLAG', 'ON')).toBe(true);
  expect(engine.for({ user: { id: 100_000 } }).ff('FLAG', 'ON')).toBe(false);
});

test('a draft serves those who are listed', () => {
  const engine = engineOf({ FLAG: toggle({ draft: true, overrides: { ON: [1] }, getVariant: () => 'ON' }) });
  expect(engine.for({ user: { id: 1 } }).ff('FLAG', 'ON')).toBe(true);
  expect(engine.for({ user: { id: 2 } }).explain('FLAG')).toMatchObject({ variant: 'OFF', reason: 'draft' });
});

describe('the live user list', () => {
  test('comes before the one in the class, and gives way to it again', async () => {
    const engine = engineOf({ FLAG: toggle({ overrides: { ON: [1] } }) });
    const variant = (id: unknown) => engine.for({ user: { id } as never }).ffVariant('FLAG');

    await engine.live.addUser('FLAG', 'OFF', '1', BY);
    await engine.live.addUser('FLAG', 'ON', 2, BY);
    expect([variant(1), variant('2'), variant(3)]).toEqual(['OFF', 'ON', 'OFF']);

    await engine.live.removeUser('FLAG', 1, BY);
    await engine.live.removeUser('FLAG', '2', BY);
    expect([variant(1), variant(2)]).toEqual(['ON', 'OFF']);
  });

  test('holds a user once: the last addition counts', async () => {
    const engine = engineOf({ FLAG: toggle() });
    await engine.live.addUser('FLAG', 'ON', 5, BY);
    await engine.live.addUser('FLAG', 'OFF', '5', BY);
    expect(engine.for({ user: { id: 5 } }).explain('FLAG')).toMatchObject({ variant: 'OFF', reason: 'user-override' });
  });

  test.each(odd.map((id) => [id]))('refuses %p', async (id) => {
    const { live } = engineOf({ FLAG: toggle() });
    const refused = expect.objectContaining({ code: 'user-id-invalid' });
    await expect(live.addUser('FLAG', 'ON', id as never, BY)).rejects.toEqual(refused);
    await expect(live.removeUser('FLAG', id as never, BY)).rejects.toEqual(refused);
    expect(live.state.revision).toBe(0);
  });
});
