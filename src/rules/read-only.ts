import { GatekeeperError } from '../errors';

const views = new WeakMap<object, object>();

/** A view of `value` that reads as it does and answers every write with an error naming the path, such as `user.plan`. */
export function readOnlyView<T>(value: T, path: string): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = views.get(value);
  if (known) return known as T;
  const refuse = (_: object, key: PropertyKey): never => {
    throw new GatekeeperError('context-read-only', `a rule tried to change ${path}.${String(key)}; rules only read`);
  };
  const view = new Proxy<object>(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key, target);
      if (typeof found === 'function') return found.bind(target);
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      const mustBeSame = own && !own.configurable && !own.writable && 'value' in own;
      return mustBeSame ? found : readOnlyView(found, `${path}.${String(key)}`);
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
