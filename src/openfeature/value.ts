import type { Flag } from '../flag';

/** The types that OpenFeature asks for. */
export interface Types {
  boolean: boolean;
  string: string;
  number: number;
  object: object;
}

/** A value; none, where the caller's own default is meant; or a flag of another type. */
export type Valued<V> = { readonly value: V } | 'code-default' | 'mismatch';

/**
 * What a variant is as a boolean, a string, a number or an object. A payload of that type is the value. One that is a
 * boolean, string or number makes the flag one of its own type. Else the variant is what it is without a payload: as a
 * boolean whether it is not `off`, as a string its name; and for numbers and objects, which other variants' payloads give,
 * the caller's own default.
 */
export function valueOf<T extends keyof Types>(flag: Flag, variant: string, type: T): Valued<Types[T]> {
  const payload = flag.payloads.get(variant);
  const own = typeOf(payload);
  if (own === type) return { value: payload as Types[T] };
  if (own !== undefined && own !== 'object') return 'mismatch';
  if (type === 'boolean') return { value: (variant !== flag.off) as unknown as Types[T] };
  if (type === 'string') return { value: variant as unknown as Types[T] };
  const others = [...flag.payloads.values()].some((other) => typeOf(other) === type);
  return own === undefined && others ? 'code-default' : 'mismatch';
}

/** The type of a payload; undefined where there is none, or it is null. */
export function typeOf(payload: unknown): keyof Types | undefined {
  return payload === undefined || payload === null ? undefined : (typeof payload as keyof Types);
}
