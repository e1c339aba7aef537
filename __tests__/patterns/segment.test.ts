import { liveSegment, P, segment, type Segment } from 'gatekeeper-flags';
import { BY, engineOf, toggle } from '../support/config';

type Given = Parameters<ReturnType<typeof engineOf>['for']>[0];

/** Whether each of those given is in the segment: as a rule asks, and as a getVariant asks. */
function inside(who: Segment, given: readonly Given[]): boolean[] {
  const engine = engineOf({
    RULES: toggle({ rules: [{ name: 'in', when: who, serve: 'ON' }] }),
    EXCEPT: toggle({ rules: [{ name: 'not in', except: who, serve: 'ON' }] }),
    OWN: toggle({ getVariant: (context) => (context.in(who) ? 'ON' : 'OFF') }),
  });
  return given.map((one) => {
    const { RULES, EXCEPT, OWN } = engine.for(one).all();
    expect([EXCEPT, OWN]).toEqual([RULES === 'ON' ? 'OFF' : 'ON', RULES]);
    return RULES === 'ON';
  });
}
const users = (...ids: unknown[]) => ids.map((id) => ({ user: { id } }) as Given);

describe('a segment', () => {
  test('of a pattern', () => {
    const staff = segment('staff', { user: { email: P.string.endsWith('@shop.example') } });
    const given = ['ada@shop.example', 'ada@other.example', undefined, 5].map(
      (email) => ({ user: { email } }) as Given,
    );
    expect(inside(staff, [...given, {}])).toEqual([true, false, false, false, false]);
  });

  test('of a predicate', () => {
    const old = segment('old', ({ user, app }) => app.isDev === undefined && user?.age > 65);
    expect(inside(old, [{ user: { age: 66 } }, { user: { age: 65 } }, {}])).toEqual([true, false, false]);
    const odd = segment('odd', (() => 'yes') as never);
    expect(inside(odd, [{}])).toEqual([true]);
  });

  test('of a list of ids, where 1 and "1" are one', () => {
    const testers = segment('testers', [1, '2', 'ada@shop.example', '__proto__', '', NaN as number]);
    expect(inside(testers, users(1, '1', 1n, 2, 'ada@shop.example', '__proto__'))).toEqual(Array(6).fill(true));
    expect(inside(testers, [...users(3, '01', 'NaN', 'constructor', '', NaN, null, undefined, {}), {}])).toEqual(
      Array(10).fill(false),
    );
  });

  test.each<[string, Given, Given]>([
    ['visitor', { user: { id: 'b' }, visitor: 'a' }, { user: { id: 'a' }, visitor: 'b' }],
    ['either', { visitor: 'a' }, { user: { id: 'b' }, visitor: 'a' }],
    ['company', { user: { id: 'b' }, groups: { company: { id: 'a' } } }, { user: { id: 'a' }, groups: {} }],
  ])('of a list of ids of the unit %s', (unit, member, other) => {
    expect(inside(segment('listed', ['a'], { unit }), [member, other])).toEqual([true, false]);
  });

  test('of nobody', () => {
    expect(inside(segment('nobody', []), [...users(1), {}])).toEqual([false, false]);
  });

  test('is frozen, and describes itself', () => {
    const staff = segment('staff', { user: { plan: 'staff', country: P.union('US', 'CA') } });
    expect(Object.isFrozen(staff)).toBe(true);
    expect(staff).toMatchObject({
      name: 'staff',
      description: 'user.plan is "staff" and user.country is "US" or "CA"',
    });
    expect(segment('some', [1, 2, '2']).description).toBe('a list of 2 ids');
    expect(segment('some', [1], { description: 'The first' }).description).toBe('The first');
    expect(segment('some', { user: {} }, { description: 'All users' }).description).toBe('All users');
    expect(liveSegment('described').description).toBe('members in live state');
  });

  test.each([null, undefined, 'ada', 5])('is not made of %p', (who) => {
    expect(() => segment('odd', who as never)).toThrow(
      expect.objectContaining({
        code: 'rule-invalid',
        message: expect.stringMatching(/^segment "odd" is made of .*give a/),
      }),
    );
  });
});

test('a predicate that returns a promise, or throws, fails the decision', () => {
  const waiting = segment('waiting', (() => Promise.reject(new Error('late'))) as never);
  const failing = segment('failing', ({ user }) => user!.plan === 'x');
  for (const who of [waiting, failing]) {
    const engine = engineOf({ FLAG: toggle({ rules: [{ name: 'r', when: who, serve: 'ON' }] }) });
    expect(engine.for({}).explain('FLAG')).toMatchObject({ variant: 'OFF', reason: 'error' });
    expect(engine.stats().errors).toEqual({ FLAG: 1 });
  }
});

describe('lists of conditions', () => {
  const growth = segment('growth', { user: { plan: 'growth' } });
  const listed = segment('listed', [1, 2]);
  const variants = (rule: object) => {
    const engine = engineOf({ FLAG: toggle({ rules: [{ name: 'r', serve: 'ON', ...rule }] as never }) });
    const plans = [
      [1, 'growth'],
      [3, 'growth'],
      [1, 'free'],
      [3, 'free'],
    ] as const;
    return plans.map(([id, plan]) => engine.for({ user: { id, plan } }).ff('FLAG', 'ON'));
  };

  test('when: all of them', () => {
    expect(variants({ when: [growth, listed] })).toEqual([true, false, false, false]);
    expect(variants({ when: [growth, { user: { id: P.union(1, 2) } }] })).toEqual([true, false, false, false]);
    expect(variants({ when: [] })).toEqual([true, true, true, true]);
  });

  test('except: any of them', () => {
    expect(variants({ except: [growth, listed] })).toEqual([false, false, false, true]);
    expect(variants({ when: growth, except: listed })).toEqual([false, true, false, false]);
    expect(variants({ when: [growth], except: [{ user: { plan: 'free' } }] })).toEqual([true, true, false, false]);
    expect(variants({ except: [] })).toEqual([true, true, true, true]);
  });

  test('except is safe on attributes that may be absent, where P.not is not', () => {
    const engine = engineOf({
      NOT: toggle({ rules: [{ name: 'r', when: { user: { plan: P.optional(P.not('free')) } }, serve: 'ON' }] }),
      EXCEPT: toggle({ rules: [{ name: 'r', except: { user: { plan: 'free' } }, serve: 'ON' }] }),
    });
    expect(engine.for({ user: { plan: 'free' } }).all()).toEqual({ NOT: 'OFF', EXCEPT: 'OFF' });
    expect(engine.for({ user: { id: 1 } }).all()).toEqual({ NOT: 'ON', EXCEPT: 'ON' });
    expect(engine.for({}).all()).toEqual({ NOT: 'OFF', EXCEPT: 'ON' });
  });
});

test('a live segment has its members in live state', async () => {
  const beta = liveSegment('beta of segment.test');
  const companies = liveSegment('companies of segment.test', { unit: 'company' });
  const engine = engineOf({
    BETA: toggle({ rules: [{ name: 'beta', when: beta, serve: 'ON' }] }),
    COMPANIES: toggle({ rules: [{ name: 'companies', when: companies, serve: 'ON' }] }),
  });
  const all = () => engine.for({ user: { id: 1 }, groups: { company: { id: 'acme' } } }).all();
  expect(all()).toEqual({ BETA: 'OFF', COMPANIES: 'OFF' });
  await engine.live.addToSegment('beta of segment.test', ['1'], BY);
  expect(all()).toEqual({ BETA: 'ON', COMPANIES: 'OFF' });
  await engine.live.addToSegment('companies of segment.test', ['acme'], BY);
  expect(all()).toEqual({ BETA: 'ON', COMPANIES: 'ON' });
});

test('a million ids are looked up in under a microsecond (measured; asserted with slack)', () => {
  const ids = Array.from({ length: 1_000_000 }, (_, id) => `user-${id}`);
  const start = performance.now();
  const listed = segment('a million', ids) as Segment & { has(subject: object): boolean };
  const made = performance.now();
  let place = 0;
  const anybody = { id: () => ids[(place = (place + 7_919) % ids.length)] };
  let found = 0;
  for (let i = 0; i < 300_000; i++) if (listed.has(anybody)) found += 1;
  const each = (performance.now() - made) / 300_000;
  const took = `made in ${(made - start).toFixed(0)} ms, looked up in ${(each * 1e6).toFixed(0)} ns`;
  process.stdout.write(`a segment of 1,000,000 ids: ${took}\n`);
  expect(found).toBe(300_000);
  expect(each * 1e6).toBeLessThan(5_000);
  expect(inside(listed, users('user-999999', 'user-1000000'))).toEqual([true, false]);
});
