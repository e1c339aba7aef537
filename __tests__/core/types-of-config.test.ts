import { defineConfig, FeatureFlag, type Context } from 'gatekeeper-flags';
import { quiet } from '../support/config';

enum V {
  ON = 'on',
  OFF = 'off',
}
abstract class Base extends FeatureFlag<V> {
  readonly description = 'A flag';
  readonly variants = V;
  readonly off: V | `${V}` = V.OFF;
}
class Plain extends Base {}

/** Defines a config that does not compile; at run time it is refused with this code as well. */
const refused = (define: () => unknown, code: string) =>
  expect(define).toThrow(
    expect.objectContaining({ problems: expect.arrayContaining([expect.objectContaining({ code })]) }),
  );

describe('a class', () => {
  test('may write members as their values, and a value as a member', () => {
    class Values extends FeatureFlag<V> {
      readonly description = 'A flag';
      readonly variants = V;
      readonly off = 'off';
      override readonly overrides = { on: [1], [V.OFF]: ['2'] };
      override getVariant() {
        return 'on' as const;
      }
    }
    expect(() => defineConfig({ ...quiet, flags: { A: new Values() } })).not.toThrow();
  });

  test('must serve a variant: off', () => {
    class Wrong extends FeatureFlag<V> {
      readonly description = 'A flag';
      readonly variants = V;
      // @ts-expect-error OFF is the member, 'off' its value
      readonly off = 'OFF';
    }
    refused(() => defineConfig({ ...quiet, flags: { A: new Wrong() } }), 'variant-unknown');
  });

  test('must serve a variant: getVariant', () => {
    class Wrong extends Base {
      // @ts-expect-error no such variant
      override getVariant() {
        return 'maybe';
      }
    }
    class Later extends Base {
      // @ts-expect-error a check cannot wait
      override async getVariant() {
        return V.ON;
      }
    }
    expect([new Wrong().getVariant(), typeof new Later().getVariant]).toEqual(['maybe', 'function']);
  });

  test('needs a description, variants and off', () => {
    // @ts-expect-error three are missing
    class Wrong extends FeatureFlag<V> {}
    refused(() => defineConfig({ ...quiet, flags: { A: new Wrong() } }), 'variants-missing');
  });

  test('cannot have a variant enum of numbers', () => {
    enum Numbers {
      ON,
      OFF,
    }
    // @ts-expect-error a variant is a string
    class Wrong extends FeatureFlag<Numbers> {
      readonly description = 'A flag';
      // @ts-expect-error nor is this one
      readonly variants = Numbers;
      readonly off = Numbers.OFF;
    }
    refused(() => defineConfig({ ...quiet, flags: { A: new Wrong() as never } }), 'variant-invalid');
  });

  test('cannot write to its context', () => {
    class Writing extends Base {
      override getVariant(context: Context) {
        // @ts-expect-error read-only
        context.now = 1;
        // @ts-expect-error read-only
        context.groups.company = {};
        return V.ON;
      }
    }
    expect(new Writing().getVariant({ groups: {} } as Context)).toBe('on');
  });
});

describe('defineConfig', () => {
  test('refuses overrides for what is no variant', () => {
    class Wrong extends Base {
      override readonly overrides = { on: [1], maybe: [2] };
    }
    // @ts-expect-error no such variant
    refused(() => defineConfig({ ...quiet, flags: { A: new Wrong() } }), 'variant-unknown');
  });

  test('refuses payloads for what is no variant', () => {
    class Wrong extends Base {
      override readonly payloads = { on: 1, ON: 2 };
    }
    // @ts-expect-error no such variant
    refused(() => defineConfig({ ...quiet, flags: { A: new Wrong() } }), 'variant-unknown');
  });

  test('refuses a prerequisite that is no flag, or whose variant is none', () => {
    class NoFlag extends Base {
      override readonly requires = [{ flag: 'C', variant: V.ON }] as const;
    }
    class NoVariant extends Base {
      override readonly requires = [{ flag: 'B', variant: 'maybe' }] as const;
    }
    // @ts-expect-error no such flag
    refused(() => defineConfig({ ...quiet, flags: { A: new NoFlag(), B: new Plain() } }), 'requirement-unknown');
    // @ts-expect-error no such variant
    refused(() => defineConfig({ ...quiet, flags: { A: new NoVariant(), B: new Plain() } }), 'requirement-unknown');
  });

  test('takes a prerequisite by member or by value, and one whose name the types do not know', () => {
    class Member extends Base {
      override readonly requires = [{ flag: 'B', variant: V.ON }] as const;
    }
    class Value extends Base {
      override readonly requires = [{ flag: 'B', variant: 'on' }] as const;
    }
    class Wide extends Base {
      override readonly requires = [{ flag: 'B', variant: 'on' }];
    }
    const flags = { A: new Member(), B: new Plain(), C: new Value(), D: new Wide() };
    expect(() => defineConfig({ ...quiet, flags })).not.toThrow();
  });

  test('refuses what is no flag, and options that do not exist', () => {
    // @ts-expect-error the class is not an instance of it
    refused(() => defineConfig({ ...quiet, flags: { A: Plain } }), 'flag-invalid');
    // @ts-expect-error no such option
    refused(() => defineConfig({ ...quiet, flags: {}, sekret: 'x' }), 'option-unknown');
    // @ts-expect-error flags are required
    refused(() => defineConfig({ ...quiet }), 'flag-invalid');
  });
});
