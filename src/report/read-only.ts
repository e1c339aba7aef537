import { inspect } from 'node:util';
import { GatekeeperError } from '../errors';

const views = new WeakMap<object, object>();
/** The methods that change a map, a set or a date. Those of an array write through its view, which refuses. */
const CHANGES = /^(set|add|delete|clear)/;

/** A view of `value` that reads as it does and answers every write with an error naming the path, such as `user.plan`. */
export function readOnlyView<T>(value: T, path: string): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = views.get(value);
  if (known) return known as T;

  const refuse = (_: object, key: PropertyKey): never => {
    throw new GatekeeperError('context-read-only', `a rule tried to change ${path}.${String(key)}; rules only read`);
  };
  const changes = (key: PropertyKey) =>
    (value instanceof Map || value instanceof Set || value instanceof Date) && CHANGES.test(String(key));
  function get(_: object, key: PropertyKey): unknown {
    const found: unknown = Reflect.get(value as object, key, value);
    if (typeof found !== 'function') return readOnlyView(found, `${path}.${String(key)}`);
    if (Array.isArray(value) || key === 'constructor') return found;
    return changes(key) ? () => refuse(value as object, key) : found.bind(value);
  }

  // The target is a stand-in: a proxy of a frozen object itself would have to give away what is inside it.
  const standIn: object = Array.isArray(value) ? [] : {};
  Object.defineProperty(standIn, inspect.custom, { value: () => value, configurable: true });
  const view = new Proxy<object>(standIn, {
    get,
    has: (_, key) => Reflect.has(value, key),
    ownKeys: () => Reflect.ownKeys(value),
    getPrototypeOf: () => Reflect.getPrototypeOf(value),
    getOwnPropertyDescriptor(target, key) {
      const { enumerable } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
      if (enumerable === undefined) return undefined;
      const configurable = !(Array.isArray(target) && key === 'length');
      return { value: get(target, key), enumerable, configurable, writable: true };
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: () => refuse(value, '[[Prototype]]'),
    preventExtensions: () => refuse(value, '[[Extensible]]'),
  });
  views.set(value, view);
  return view as T;
}
