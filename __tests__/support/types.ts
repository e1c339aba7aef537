/** Whether two types are the same, exactly. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where the type is true: `expectType<Equal<A, B>>()`. */
export function expectType<_ extends true>(): void {}

/** Whether two types take each other's values, and are not `any`: so are an enum and the union of its members. */
export type Alike<A, B> = Equal<A, any> extends true ? false : [A, B] extends [B, A] ? true : false;
