type Names<F> = F extends { readonly variants: infer E } ? `${E[keyof E] & string}` : never;

type NoOther<Lists, F> = { readonly [K in Exclude<keyof Lists, Names<F>>]: { error: 'no such variant' } };

type Existing<R, All> = R extends { flag: infer N; variant: infer V }
  ? string extends N
    ? unknown // a name that types do not know; it is checked at run time
    : N extends keyof All
      ? `${V & string}` extends Names<All[N]>
        ? unknown
        : { requires: { error: 'no such variant' } }
      : { requires: { error: 'no such flag' } }
  : unknown;

/** What a flag must also be, seen among all flags: no excess overrides and payloads, and no unknown prerequisites. */
export type Checked<F, All> = (F extends { overrides: infer O } ? { overrides: NoOther<O, F> } : unknown) &
  (F extends { payloads: infer O } ? { payloads: NoOther<O, F> } : unknown) &
  (F extends { requires: readonly (infer R)[] } ? Existing<R, All> : unknown);
