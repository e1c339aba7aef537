import { seededRandom } from '../../support/simulated-experiment';
import { dayOfDurations, dayOfErrors, p95, unitsAtLevel, weekOfSales, type Killed } from './simulated';

const SEED = 20261121;
const day = { users: 4_000, requestsPerUser: 4, share: 0.05, failing: 0.004 };

function repeat<T>(runs: number, run: (random: () => number) => T): readonly T[] {
  const random = seededRandom(SEED);
  return Array.from({ length: runs }, () => run(random));
}
const killed = (found: readonly { readonly ours?: number }[]) => found.filter(({ ours }) => ours !== undefined).length;

describe('harmless flags at 5 %', () => {
  let days: readonly Killed[];
  beforeAll(() => void (days = repeat(200, (random) => dayOfErrors({ ...day, retries: 6 }, random))));

  test('are not killed for clients that try again', () => expect(killed(days)).toBe(0));

  test('whereas counting requests kills one in eight, and a ratio after 100 requests one in four', () => {
    expect(days.filter(({ byRequests }) => byRequests !== undefined).length).toBeGreaterThan(25);
    expect(days.filter(({ byRatio }) => byRatio !== undefined).length).toBeGreaterThan(50);
  });

  test('nor with hardly an error to compare with', () => {
    const low = { ...day, failing: 0.00005, retries: 3 };
    expect(killed(repeat(200, (random) => dayOfErrors(low, random)))).toBe(0);
  });

  test('nor for one slow client', () => {
    const slow = { ...day, users: 2_000, guardrail: p95, slowClient: 300, looks: 50 };
    const found = repeat(20, (random) => dayOfDurations(slow, random));
    expect(killed(found)).toBe(0);
    expect(found.filter(({ byRequests }) => byRequests !== undefined).length).toBeGreaterThan(10);
  });

  test('nor at a level that is not reached', () => {
    const found = repeat(300, (random) => unitsAtLevel(500, 0.2, random));
    expect(killed(found)).toBeLessThan(300 * 0.01); // at the level itself, which is the worst case
  });

  test('nor for what a few buy', () => {
    const week = { users: 4_000, share: 0.05, buying: 0.05, looks: 40 };
    expect(killed(repeat(200, (random) => weekOfSales(week, random)))).toBe(0);
  });
});

describe('harmful flags at 5 %', () => {
  test('a third of the requests failing is seen after a handful of users', () => {
    const found = repeat(50, (random) => dayOfErrors({ ...day, times: 83 }, random));
    expect(killed(found)).toBe(50);
    expect(Math.max(...found.map(({ hurt }) => hurt))).toBeLessThan(15);
  });

  test('so are requests that take a second and a half longer', () => {
    const slow = { ...day, guardrail: p95, added: 1_500, looks: 200 };
    const found = repeat(5, (random) => dayOfDurations(slow, random));
    expect(killed(found)).toBe(5);
    expect(Math.max(...found.map(({ ours }) => ours!))).toBeLessThan(0.2);
  });

  test('and a checkout in which nobody can buy', () => {
    const week = { users: 40_000, share: 0.05, buying: 0.05, times: 0, looks: 100 };
    expect(killed(repeat(20, (random) => weekOfSales(week, random)))).toBe(20);
  });
});
