import { P as original } from 'ts-pattern';

/** How a matcher was made: `P.union('a', 'b')` is `union` of two, `P.string.min(3)` is `min` of 3 on top of `P.string`. */
export interface Origin {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly on?: object;
}

const origins = new WeakMap<object, Origin>();

/** How `matcher` was made; undefined where it is not one of our `P`. */
export function originOf(matcher: object): Origin | undefined {
  return origins.get(matcher);
}

type Method = (...args: unknown[]) => object;

function recorded(matcher: { [key: string]: unknown }, origin: Origin): object {
  origins.set(matcher, origin);
  for (const [name, method] of Object.entries(matcher))
    if (typeof method === 'function')
      matcher[name] = (...args: unknown[]) =>
        recorded((method as Method)(...args) as typeof matcher, { name, args, on: matcher });
  return matcher;
}

function recording(name: string, member: unknown): unknown {
  if (typeof member === 'function')
    return (...args: unknown[]) => recorded((member as Method)(...args) as { [key: string]: unknown }, { name, args });
  return typeof member === 'object' ? recorded({ ...member }, { name, args: [] }) : member;
}

/**
 * ts-pattern's `P`, with all its matchers and types. This one remembers how each matcher was made, which ts-pattern's own
 * hides, so that patterns can be compiled, put in words and linted.
 */
export const P = Object.fromEntries(
  Object.entries(original).map(([name, member]) => [name, recording(name, member)]),
) as unknown as typeof original;

export namespace P {
  export type Pattern<Input> = original.Pattern<Input>;
  export type infer<T extends original.Pattern<any>> = original.infer<T>;
  export type narrow<Input, T extends original.Pattern<any>> = original.narrow<Input, T>;
  export type unstable_Fn = original.unstable_Fn;
  export type unstable_Matchable<N, I = unknown, T = never> = original.unstable_Matchable<N, I, T>;
  export type unstable_Matcher<N, I = unknown, T = never> = original.unstable_Matcher<N, I, T>;
}
