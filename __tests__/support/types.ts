/** Whether two types are the same, exactly. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where `T` is true: `type _ = Expect<Equal<A, B>>`. */
export type Expect<T extends true> = T;
