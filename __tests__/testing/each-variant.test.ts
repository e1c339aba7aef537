import { FeatureFlag, type Config, type Gatekeeper } from 'gatekeeper-flags';
import { allCombinations, eachVariant } from 'gatekeeper-flags/testing';
import { configOf, Toggle, toggle } from '../support/config';
import { expectType, type Alike, type Equal } from '../support/types';

enum Arm {
  CONTROL = 'CONTROL',
  ONE = 'ONE',
  TWO = 'TWO',
}
class Three extends FeatureFlag<Arm> {
  readonly description = 'Three arms';
  readonly variants = Arm;
  readonly off = Arm.CONTROL;
}

const config = configOf({ CHECKOUT: toggle(), BUTTON: new Three() });

describe('eachVariant', () => {
  test('runs once for each variant, in the order of the enum, with a Gatekeeper at it', () => {
    const seen: unknown[] = [];
    const result = eachVariant(config, 'BUTTON', (variant, gk) => {
      seen.push([variant, gk.ffVariant('BUTTON'), gk.ffVariant('CHECKOUT')]);
    });
    expect(result).toBeUndefined();
    expect(seen).toEqual([
      ['CONTROL', 'CONTROL', 'OFF'],
      ['ONE', 'ONE', 'OFF'],
      ['TWO', 'TWO', 'OFF'],
    ]);
  });

  test('waits for an asynchronous block before it runs the next', async () => {
    const seen: string[] = [];
    const result = eachVariant(config, 'BUTTON', async (variant) => {
      seen.push(`${variant} begins`);
      await new Promise(setImmediate);
      seen.push(`${variant} ends`);
    });
    expect(seen).toEqual(['CONTROL begins']);
    expect(await result).toBeUndefined();
    expect(seen).toEqual(['CONTROL', 'ONE', 'TWO'].flatMap((arm) => [`${arm} begins`, `${arm} ends`]));
  });

  const outcomes: unknown[] = [];
  describe('around tests', () => {
    eachVariant(config, 'CHECKOUT', (variant, gk) => {
      test(`at ${variant}`, () => {
        outcomes.push(variant);
        expect(gk.ff('CHECKOUT', variant)).toBe(true);
      });
    });
    afterAll(() => expect(outcomes).toEqual(['ON', 'OFF']));
  });

  test('names the variant in what the block throws, also where runners look for it: in the stack', () => {
    const error = caught(() =>
      eachVariant(config, 'BUTTON', (variant) => {
        if (variant === 'ONE') throw new TypeError('$& is broken');
      }),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('with BUTTON = ONE: $& is broken');
    expect(error.stack).toMatch(/^TypeError: with BUTTON = ONE: \$& is broken\n +at /);
  });

  test('keeps what a failed expectation shows, and names the variant above it', () => {
    const error = caught(() => eachVariant(config, 'CHECKOUT', (variant) => expect(variant).toBe('ON')));
    expect(error.message).toMatch(/^with CHECKOUT = OFF: /);
    expect(error).toHaveProperty('matcherResult.expected', 'ON');
  });

  test('names the variant in what the block rejects with, and runs no further', async () => {
    const seen: string[] = [];
    const failing = eachVariant(config, 'BUTTON', async (variant) => {
      seen.push(variant);
      await new Promise(setImmediate);
      if (variant === 'ONE') throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('with BUTTON = ONE: broken');
    expect(seen).toEqual(['CONTROL', 'ONE']);
  });

  test.each([['a string'], [undefined], [Object.freeze(new Error('frozen'))], [new DOMException('aborted')]])(
    'throws what cannot be labelled as it is: %p',
    (thrown) => {
      const block = () => {
        throw thrown;
      };
      expect(
        Object.is(
          caught(() => eachVariant(config, 'CHECKOUT', block)),
          thrown,
        ),
      ).toBe(true);
    },
  );

  test('throws for a flag that does not exist', () => {
    expect(() => eachVariant(config, 'CHEKOUT' as 'CHECKOUT', () => {})).toThrow(
      expect.objectContaining({ code: 'flag-unknown', message: 'no flag named "CHEKOUT"; did you mean "CHECKOUT"?' }),
    );
  });

  function caught(run: () => unknown): Error {
    try {
      run();
    } catch (error) {
      return error as Error;
    }
    throw new Error('nothing was thrown');
  }
});

describe('allCombinations', () => {
  test('runs once for each combination', () => {
    const seen: string[] = [];
    allCombinations(config, ['CHECKOUT', 'BUTTON'], (choices, gk) => {
      expect(gk.all()).toEqual(choices);
      seen.push(`${choices.CHECKOUT} ${choices.BUTTON}`);
    });
    expect(seen).toEqual(['ON CONTROL', 'ON ONE', 'ON TWO', 'OFF CONTROL', 'OFF ONE', 'OFF TWO']);
  });

  test('runs once where no flag is named', () => {
    const seen: object[] = [];
    allCombinations(config, [], (choices) => seen.push(choices));
    expect(seen).toEqual([{}]);
  });

  test('names the combination in what the block throws', async () => {
    const failing = allCombinations(config, ['CHECKOUT', 'BUTTON'], async ({ CHECKOUT, BUTTON }) => {
      if (CHECKOUT === 'OFF' && BUTTON === 'TWO') throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('with CHECKOUT = OFF, BUTTON = TWO: broken');
  });
});

test('variants, choices and results are typed', async () => {
  const sync = eachVariant(config, 'BUTTON', (variant, gk) => {
    expectType<Alike<typeof variant, Arm>>();
    expectType<Equal<typeof gk, Gatekeeper<Config<{ CHECKOUT: FeatureFlag<Toggle>; BUTTON: Three }>>>>();
  });
  expectType<Equal<typeof sync, void>>();
  const later = allCombinations(config, ['BUTTON'], async (choices) => {
    expectType<Alike<typeof choices, { readonly BUTTON: Arm }>>();
    // @ts-expect-error only the flags that are named
    expect(choices.CHECKOUT).toBeUndefined();
  });
  expectType<Equal<typeof later, Promise<void>>>();
  await later;
  // @ts-expect-error no such flag
  expect(() => eachVariant(config, 'CHEKOUT', () => {})).toThrow();
});
