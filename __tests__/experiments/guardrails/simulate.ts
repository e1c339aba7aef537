import { latency } from 'gatekeeper-flags/experiments';
import { seededRandom } from '../../support/simulated-experiment';
import {
  dayOfDurations,
  dayOfErrors,
  p95,
  unitsAtLevel,
  weekOfSales,
  type Day,
  type Sales,
  type SlowDay,
} from './simulated';

const day: Day = { users: 10_000, requestsPerUser: 5, share: 0.05, failing: 0.002 };

const errors: readonly (readonly [string, Partial<Day>])[] = [
  ['harmless, no client tries again', {}],
  ['harmless, clients try again 3 times', { retries: 3 }],
  ['harmless, clients try again 6 times', { retries: 6 }],
  ['the same, 1 request in 20,000 fails', { retries: 6, failing: 0.00005 }],
  ['the same, 1,000 users', { retries: 6, users: 1_000 }],
  ['the same, at 50 %', { retries: 6, share: 0.5 }],
  ['3 times as many fail', { times: 3 }],
  ['10 times as many fail', { times: 10 }],
  ['every fifth request fails', { times: 100 }],
  ['every request fails', { times: 500 }],
];

const atAll = latency('p95').above('1x');
const latencies: readonly (readonly [string, Partial<SlowDay> & Pick<SlowDay, 'guardrail'>])[] = [
  ['harmless, p95 above +500ms', { guardrail: p95 }],
  ['harmless, p95 above 1x', { guardrail: atAll }],
  ['harmless, p95 above 1x, at 50 %', { guardrail: atAll, share: 0.5 }],
  ['harmless, p99 above 1x, at 50 %', { guardrail: latency('p99').above('1x'), share: 0.5 }],
  ['one slow client, 500 requests, p95 above +500ms', { guardrail: p95, slowClient: 500 }],
  ['400 ms slower, p95 above +500ms', { guardrail: p95, added: 400 }],
  ['600 ms slower, p95 above +500ms', { guardrail: p95, added: 600 }],
  ['1,500 ms slower, p95 above +500ms', { guardrail: p95, added: 1_500 }],
];

const sales: readonly (readonly [string, Partial<Sales>])[] = [
  ['harmless, 5 % buy', {}],
  ['harmless, 1 % buy', { buying: 0.01 }],
  ['harmless, at 50 %', { share: 0.5 }],
  ['nobody can buy', { times: 0 }],
  ['half as much, at 50 %', { times: 0.5, share: 0.5 }],
];

/** How often, and how soon, guardrails kill harmless and harmful flags; docs/statistics.md keeps the figures. */
export function simulateGuardrails(runs: number, seed: number): void {
  console.log(`\n${runs} days of ${day.users} users, each with ${day.requestsPerUser} requests; 5 % have the flag`);
  for (const [name, change] of errors) {
    const found = repeat(runs, seed, (random) => dayOfErrors({ ...day, ...change }, random));
    const hurt = median(found.filter(({ ours }) => ours !== undefined).map((one) => one.hurt));
    const naive = `requests counted ${share(found, 'byRequests')}   ratio > 2 and 100 requests ${share(found, 'byRatio')}`;
    console.log(
      `${name.padEnd(50)} killed ${share(found, 'ours')} ${after(found, 24 * 60)}   ${naive}   units hurt ${hurt ?? 'none'}`,
    );
  }
  console.log(`\nunits with an error above 20%: ${runs} days of 2,000 units, looked at after each`);
  for (const failing of [0.1, 0.18, 0.2, 0.3, 0.5]) {
    const found = repeat(runs, seed, (random) => unitsAtLevel(2_000, failing, random));
    const units = median(found.filter(({ ours }) => ours !== undefined).map((one) => one.units));
    console.log(
      `${`${100 * failing} % meet one`.padEnd(50)} killed ${share(found, 'ours')} after ${units ?? 'no'} units`,
    );
  }
  const fewer = Math.ceil(runs / 5);
  console.log(`\nlatency: ${fewer} such days, looked at 300 times each`);
  for (const [name, change] of latencies) {
    const whole = { ...day, requestsPerUser: 4, looks: 300, ...change };
    const found = repeat(fewer, seed, (random) => dayOfDurations(whole, random));
    console.log(
      `${name.padEnd(50)} killed ${share(found, 'ours')} ${after(found, 24 * 60)}   each request for itself ${share(found, 'byRequests')}`,
    );
  }
  console.log(`\nrevenue below -5%: ${runs} weeks of 20,000 users, looked at 200 times each`);
  for (const [name, change] of sales) {
    const whole = { users: 20_000, share: 0.05, buying: 0.05, looks: 200, ...change };
    const found = repeat(runs, seed, (random) => weekOfSales(whole, random));
    console.log(`${name.padEnd(50)} killed ${share(found, 'ours')} ${after(found, 7 * 24 * 60)}`);
  }
}

function repeat<T>(runs: number, seed: number, run: (random: () => number) => T): readonly T[] {
  const random = seededRandom(seed);
  return Array.from({ length: runs }, () => run(random));
}

function share<K extends string>(found: readonly { readonly [key in K]?: number }[], key: K): string {
  return `${((100 * found.filter((one) => one[key] !== undefined).length) / found.length).toFixed(1)} %`.padStart(7);
}

/** After how long, in the middle, of `minutes` in all. */
function after(found: readonly { readonly ours?: number }[], minutes: number): string {
  const middle = median(found.flatMap(({ ours }) => (ours === undefined ? [] : [ours])));
  return (middle === undefined ? '' : `after ${(middle * minutes).toFixed(1)} min`).padEnd(18);
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
