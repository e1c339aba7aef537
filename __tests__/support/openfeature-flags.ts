import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureFlag, P, type Rule } from 'gatekeeper-flags';

interface Described {
  readonly disabled?: boolean;
  readonly variants: { readonly [name: string]: unknown };
  readonly defaultVariant?: string | null;
  readonly contextEvaluator?: string;
  readonly flagMetadata?: { readonly [name: string]: string | number | boolean } | null;
}

const MICROSOFTIE = { email: 'ballmer@macrosoft.com' };
/** The suites' expressions, as rules say them. */
const CONDITIONS: { readonly [expression: string]: object } = {
  "email == 'ballmer@macrosoft.com' ? 'zero' : ''": { user: MICROSOFTIE },
  "!customer && email == 'ballmer@macrosoft.com' && age > 10 ? 'internal' : ''": {
    user: { ...MICROSOFTIE, customer: false, age: P.number.gt(10) },
  },
};

/** A flag that OpenFeature's suites describe. One without targeting serves its default to everybody, by a rule. */
class SuiteFlag extends FeatureFlag<string> {
  readonly description = 'A flag of the suites';
  readonly variants: { readonly [name: string]: string };
  readonly off: string;
  override readonly draft: boolean;
  override readonly payloads: { readonly [name: string]: unknown };
  override readonly rules: Rule<string>[];

  constructor(readonly described: Described) {
    super();
    const { disabled = false, variants, defaultVariant, contextEvaluator } = described;
    const names = Object.keys(variants);
    const serve = defaultVariant ?? names[0]!;
    this.variants = Object.fromEntries(names.map((name) => [name, name]));
    this.draft = disabled;
    // Where they are disabled, the suites have them at what is not their default; but an object at what is no variant's.
    this.off = disabled ? names.find((name) => name !== serve)! : serve;
    const isObject = typeof variants[this.off] === 'object';
    const { [this.off]: _, ...others } = variants;
    this.payloads = disabled && isObject ? others : variants;
    this.rules = contextEvaluator
      ? [
          {
            name: 'targeted',
            when: CONDITIONS[contextEvaluator] as never,
            serve: /'(\w+)' : ''$/.exec(contextEvaluator)![1]!,
          },
        ]
      : [{ name: 'everybody', serve }];
  }
}

/** The flags of the suites, by their names. */
export function suiteFlags(folder: string): { [name: string]: SuiteFlag } {
  const described = JSON.parse(readFileSync(join(folder, 'test-flags.json'), 'utf8')) as { [name: string]: Described };
  return Object.fromEntries(Object.entries(described).map(([name, flag]) => [name, new SuiteFlag(flag)]));
}

export const suiteMetadata = (flag: FeatureFlag) => (flag as SuiteFlag).described.flagMetadata ?? {};
