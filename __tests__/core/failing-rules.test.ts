import { engineOf, recorder, toggle } from '../support/config';

const throwing = (thrown: unknown) =>
  toggle({
    getVariant() {
      throw thrown;
    },
  });

const hostile = new Proxy(new Error('hidden'), {
  get() {
    throw new Error('get');
  },
  getPrototypeOf() {
    throw new Error('getPrototypeOf');
  },
  ownKeys() {
    throw new Error('ownKeys');
  },
});
const unreadable = {
  toString(): string {
    throw new Error('toString');
  },
  get [Symbol.toStringTag]() {
    throw new Error('toStringTag');
  },
};
const noMessage = Object.defineProperty(new Error(), 'message', {
  get() {
    throw new Error('message');
  },
});
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** What the rule of FLAG comes to, with everything that was told about it. */
function outcome(flag: ReturnType<typeof toggle>, options = {}) {
  const { logger, errors } = recorder();
  const told: unknown[][] = [];
  const engine = engineOf({ FLAG: flag }, { logger, onError: (...args) => void told.push(args), ...options });
  const gk = engine.for({ user: { id: 1 } });
  const { variant, reason } = gk.explain('FLAG');
  return {
    variant,
    reason,
    on: gk.ff('FLAG', 'ON'),
    off: gk.ff('FLAG', 'OFF'),
    counts: engine.stats().errors,
    errors,
    told,
  };
}

const failed = { variant: 'OFF', reason: 'error', on: false, off: true, counts: { FLAG: 1 } };

describe('a rule that throws', () => {
  test.each([
    ['an error', new Error('no database'), /Error: no database$/],
    ['an error of another kind', new RangeError('too far'), /RangeError: too far$/],
    ['a string', 'oops', /"oops"$/],
    ['null', null, /null$/],
    ['undefined', undefined, /undefined$/],
    ['a number', 0, /0$/],
    ['a symbol', Symbol('odd'), /Symbol\(odd\)$/],
    ['a function', () => 1, /Function/],
    ['an object without a prototype', Object.create(null), /Object/],
    ['an object whose toString throws', unreadable, /off: ./],
    ['an error without a readable message', noMessage, /off: ./],
    ['a proxy that throws', hostile, /off: ./],
    ['a revoked proxy', revoked.proxy, /off: ./],
    ['something enormous', 'x'.repeat(10_000_000), /^.{20,200}$/],
  ])('%s is off, with the reason error, and is reported', (_, thrown, line) => {
    const { errors, told, ...rest } = outcome(throwing(thrown));
    expect(rest).toEqual(failed);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^gatekeeper: FLAG is served as off: /);
    expect(errors[0]).toMatch(line);
    expect(told).toHaveLength(1);
    expect(Object.is(told[0]![0], thrown)).toBe(true);
    expect(told[0]![1]).toBe('FLAG');
  });

  test('by running out of stack is off', () => {
    const endless = (): never => endless();
    const { errors, told, ...rest } = outcome(toggle({ getVariant: endless }));
    expect(rest).toEqual(failed);
    expect(errors[0]).toContain('RangeError');
  });
});

describe('a rule that returns', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['nothing but a boolean', true],
    ['another string', 'on'],
    ['the name of no variant', 'constructor'],
    ['a String object', new String('ON')],
    ['a list', ['ON']],
    ['an object', { toString: (): string => 'ON' }],
    ['a symbol', Symbol('ON')],
    ['a proxy that throws', hostile],
  ])('%s is off, with the reason error', (_, returned) => {
    const { errors, told, ...rest } = outcome(toggle({ getVariant: () => returned as never }));
    expect(rest).toEqual(failed);
    expect(errors).toHaveLength(1);
  });

  test('no variant is told what it returned and which variants there are', () => {
    const { errors, told } = outcome(toggle({ getVariant: () => 'on' as never }));
    expect(told[0]![0]).toMatchObject({ name: 'GatekeeperError', code: 'rule-returned-no-variant' });
    expect(errors[0]).toMatch(/"on".*ON, OFF/);
  });

  test.each([
    ['a promise', () => Promise.resolve('ON')],
    ['a promise that rejects', () => Promise.reject(new Error('later'))],
    ['what an async function returns', async () => 'ON'],
    ['a query that starts when it is awaited', () => ({ then: () => expect(1).toBe('never started') })],
  ])('%s is off, and told to load things earlier', async (_, getVariant) => {
    const { errors, told, ...rest } = outcome(toggle({ getVariant: getVariant as never }));
    expect(rest).toEqual(failed);
    expect(told[0]![0]).toMatchObject({ code: 'rule-returned-promise' });
    expect(errors[0]).toContain('promise');
    // Here jest fails the test for a rejection that nobody handled.
    await new Promise(setImmediate);
  });
});

test('the other flags of the request go on', () => {
  const engine = engineOf({ BAD: throwing(null), GOOD: toggle({ getVariant: () => 'ON' }) });
  expect(engine.for({}).all()).toEqual({ BAD: 'OFF', GOOD: 'ON' });
});

describe('reports', () => {
  test('come once a minute and flag; each failure is counted, and told to onError', () => {
    let time = 1_000_000;
    const { logger, errors } = recorder();
    let told = 0;
    const flags = { A: throwing(new Error('a')), B: throwing(new Error('b')) };
    const engine = engineOf(flags, { logger, now: () => time, onError: () => void (told += 1) });
    const request = (at: number) => {
      time = 1_000_000 + at;
      errors.length = 0;
      engine.for({}).all();
      return errors.map((line) => line.slice(-1)).join();
    };
    expect([0, 1, 59_999, 60_000, 60_001, 119_999, 120_000].map(request)).toEqual([
      'a,b',
      '',
      '',
      'a,b',
      '',
      '',
      'a,b',
    ]);
    expect(engine.stats().errors).toEqual({ A: 7, B: 7 });
    expect(told).toBe(14);
  });

  test.each<[string, () => unknown]>([
    ['throws', () => thrown()],
    ['rejects', async () => thrown()],
  ])('an onError that %s harms nothing, and the failure is logged all the same', async (_, onError) => {
    const { errors, told, ...rest } = outcome(throwing(new Error('down')), { onError });
    await new Promise(setImmediate);
    expect(rest).toEqual(failed);
    expect(errors).toEqual(['gatekeeper: FLAG is served as off: Error: down']);
  });

  test('a logger that throws harms nothing, and onError is told all the same', () => {
    const { errors, told, ...rest } = outcome(throwing(new Error('down')), { logger: { warn: thrown, error: thrown } });
    expect(rest).toEqual(failed);
    expect(told).toHaveLength(1);
  });

  test('go to the console where there is no logger', () => {
    const original = console.error;
    const lines: unknown[] = [];
    console.error = (line: unknown) => void lines.push(line);
    try {
      engineOf({ FLAG: throwing(new Error('down')) }, { logger: undefined })
        .for({})
        .all();
    } finally {
      console.error = original;
    }
    expect(lines).toEqual(['gatekeeper: FLAG is served as off: Error: down']);
  });

  function thrown(): never {
    throw new Error('out of order');
  }
});
