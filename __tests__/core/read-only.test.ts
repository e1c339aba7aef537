import { inspect } from 'node:util';
import type { Context } from 'gatekeeper-flags';
import { engineOf, recorder, toggle } from '../support/config';

type Look = (context: Context & { user: any; groups: any }) => unknown;

/** Runs `look` as the rule of a flag. */
function asked(look: Look, given: Partial<Context>, NODE_ENV?: string) {
  let seen: unknown;
  const { logger, errors } = recorder();
  const flag = toggle({
    getVariant(context) {
      seen = look(context as never);
      return 'ON';
    },
  });
  const gk = engineOf({ FLAG: flag }, { logger, env: { NODE_ENV } }).for(given);
  return { reason: gk.explain('FLAG').reason, seen, errors };
}

describe('a rule that writes to its context, outside production', () => {
  const user = () => ({
    id: 1,
    plan: 'free',
    roles: ['b', 'a'],
    address: { city: 'Oslo' },
    tags: new Set(['x']),
    limits: new Map([['seats', 1]]),
    since: new Date(0),
    frozen: Object.freeze({ inner: { value: 1 } }),
  });

  test.each<[string, string, Look]>([
    ['sets a property', 'user.plan', ({ user }) => (user.plan = 'growth')],
    ['sets a nested property', 'user.address.city', ({ user }) => (user.address.city = 'Rome')],
    ['adds a property', 'user.seen', ({ user }) => (user.seen = true)],
    ['deletes a property', 'user.plan', ({ user }) => delete user.plan],
    ['defines a property', 'user.plan', ({ user }) => Object.defineProperty(user, 'plan', { value: 1 })],
    ['changes the prototype', 'user.[[Prototype]]', ({ user }) => Object.setPrototypeOf(user, null)],
    ['freezes', 'user.[[Extensible]]', ({ user }) => Object.freeze(user)],
    ['writes below a frozen object', 'user.frozen.inner.value', ({ user }) => (user.frozen.inner.value = 2)],
    ['writes to what a spread copied', 'user.address.city', ({ user }) => ({ ...user }.address.city = 'Rome')],
    ['writes by way of a descriptor', 'user.address.city', writesByDescriptor],
    ['sorts an array', 'user.roles.0', ({ user }) => user.roles.sort()],
    ['pushes to an array', 'user.roles.2', ({ user }) => user.roles.push('c')],
    ['empties an array', 'user.roles.length', ({ user }) => (user.roles.length = 0)],
    ['adds to a set', 'user.tags.add', ({ user }) => user.tags.add('y')],
    ['clears a set', 'user.tags.clear', ({ user }) => user.tags.clear()],
    ['sets in a map', 'user.limits.set', ({ user }) => user.limits.set('seats', 2)],
    ['deletes from a map', 'user.limits.delete', ({ user }) => user.limits.delete('seats')],
    ['moves a date', 'user.since.setTime', ({ user }) => user.since.setTime(1)],
    ['sets a group', 'groups.company', ({ groups }) => (groups.company = {})],
    ['writes to a group', 'groups.company.employees', ({ groups }) => (groups.company.employees = 1000)],
  ])('and %s is off, told about %s, and has changed nothing', (_, path, write) => {
    const given = { user: user(), groups: { company: { employees: 3 } } };
    const { reason, errors } = asked(write, given);
    expect(reason).toBe('error');
    expect(errors).toEqual([expect.stringContaining(`FLAG is served as off: GatekeeperError: a rule tried to change`)]);
    expect(errors[0]).toContain(`change ${path};`);
    expect(given).toEqual({ user: user(), groups: { company: { employees: 3 } } });
  });

  function writesByDescriptor({ user }: { user: object }) {
    Object.getOwnPropertyDescriptor(user, 'address')!.value.city = 'Rome';
  }

  test.each<[string, Look]>([
    ['replaces the user', (context) => ((context as any).user = { id: 2 })],
    ['adds a field', (context) => ((context as any).extra = 1)],
  ])('and %s of the envelope is off', (_, write) => {
    expect(asked(write, { user: { id: 1 } }).reason).toBe('error');
  });

  test('may catch the error itself, and is then as good as any', () => {
    const write: Look = ({ user }) => {
      try {
        user.plan = 'growth';
      } catch (error) {
        return error;
      }
    };
    expect(asked(write, { user: user() })).toMatchObject({ reason: 'rule', seen: { code: 'context-read-only' } });
  });
});

test('in production the context is as it came: no views, and no cost', () => {
  const user = { id: 1, roles: ['a'] };
  expect(asked((context) => context.user === user, { user }, 'production')).toMatchObject({ seen: true });
});

describe('the read-only view reads as the user does', () => {
  class Account {
    #secret = 'hidden';
    #loaded: string | undefined;
    constructor(readonly id: number) {}
    get plan() {
      return `plan of ${this.#secret}`;
    }
    get lazy() {
      return (this.#loaded ??= 'loaded');
    }
    reveal() {
      return this.#secret;
    }
  }
  const frozen = Object.freeze({ list: Object.freeze([1, 2]), isStaff: () => true, deep: Object.freeze({ a: 1 }) });

  test.each<[string, object, Look, unknown]>([
    ['a private field by a method', new Account(1), ({ user }) => user.reveal(), 'hidden'],
    ['a private field by a getter', new Account(1), ({ user }) => user.plan, 'plan of hidden'],
    ['a getter that remembers', new Account(1), ({ user }) => user.lazy + user.lazy, 'loadedloaded'],
    ['its class', new Account(1), ({ user }) => user instanceof Account && user.constructor === Account, true],
    ['a frozen instance', Object.freeze(new Account(1)), ({ user }) => [user.id, user.reveal()], [1, 'hidden']],
    ['a frozen object with a method', frozen, ({ user }) => user.isStaff(), true],
    ['frozen lists and objects', frozen, ({ user }) => [user.list.includes(2), user.deep.a], [true, 1]],
    [
      'its own keys',
      { a: 1, b: 2 },
      ({ user }) => [Object.keys(user), 'a' in user, 'c' in user],
      [['a', 'b'], true, false],
    ],
    ['a spread', { a: 1, b: [2] }, ({ user }) => ({ ...user }), { a: 1, b: [2] }],
    ['JSON', { a: 1, b: [{ c: 2 }] }, ({ user }) => JSON.stringify(user), '{"a":1,"b":[{"c":2}]}'],
    ['an array', { list: [3, 1] }, ({ user }) => [Array.isArray(user.list), user.list.length], [true, 2]],
    ['a mapped array', { list: [3, 1] }, ({ user }) => user.list.map((n: number) => n * 2), [6, 2]],
    ['a sorted copy', { list: [3, 1] }, ({ user }) => user.list.toSorted(), [1, 3]],
    ['an iterated array', { list: [3, 1] }, ({ user }) => [...user.list, ...user.list.entries()].length, 4],
    [
      'a map',
      { map: new Map([['a', 1]]) },
      ({ user }) => [user.map.get('a'), user.map.size, [...user.map]],
      [1, 1, [['a', 1]]],
    ],
    [
      'a set',
      { set: new Set(['a']) },
      ({ user }) => [user.set.has('a'), user.set.size, user.set instanceof Set],
      [true, 1, true],
    ],
    ['a date', { at: new Date(5) }, ({ user }) => [user.at.getTime(), +user.at, user.at instanceof Date], [5, 5, true]],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), ({ user }) => user.a, 1],
    ['a cycle', cyclic(), ({ user }) => user.self === user && user.self.self.id, 1],
    ['what it is when printed', { id: 1, list: [2] }, ({ user }) => inspect(user), '{ id: 1, list: [ 2 ] }'],
    ['the same object each time', { a: {} }, (context) => context.user.a === context.user.a, true],
    ['odd names', JSON.parse('{"__proto__":1}'), ({ user }) => user['__proto__'], 1],
  ])('%s', (_, user, look, expected) => {
    const { reason, seen } = asked(look, { user });
    expect(reason).toBe('rule');
    expect(seen).toEqual(expected);
  });

  function cyclic() {
    const user: { id: number; self?: object } = { id: 1 };
    user.self = user;
    return user;
  }
});
