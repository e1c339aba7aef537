import { build, type JsHistogram } from 'hdr-histogram-js';
import { errorRate, eValue, latency, mean, type MetricGuardrail } from 'gatekeeper-flags/experiments';
import { spreadOf } from '../../../src/experiments/guardrails/durations';
import { judge, type ArmData } from '../../../src/experiments/guardrails/judge';
import { thresholdOf } from '../../../src/experiments/guardrails/judge-latency';
import type { EventSums } from '../../../src/experiments/guardrails/tally';

/** Numbers drawn uniformly from 0 to 1. */
type Random = () => number;
type Side = 'treatment' | 'control';

/** A day of an app with a flag that one rule rolls out. */
export interface Day {
  readonly users: number;
  readonly requestsPerUser: number;
  /** The treatment's share of the users. */
  readonly share: number;
  /** How often a request fails in the control, and how many times as often in the treatment. */
  readonly failing: number;
  readonly times?: number;
  /** How often a client whose request failed tries again at once, in vain. */
  readonly retries?: number;
}

/** How far the day was when each rule killed the flag, from 0 to 1; undefined where it did not. */
export interface Killed {
  readonly ours?: number;
  /** How many of the treatment's units had an error by then. */
  readonly hurt: number;
  /** The same evidence of failed requests, instead of units with one. */
  readonly byRequests?: number;
  /** A ratio of failing requests above 2, once the treatment has 100 requests. */
  readonly byRatio?: number;
}

/** The rule by day and by step share the error, as they do of a flag with this one guardrail. */
const SHARING = { comparisons: 2 };
const NONE: EventSums = { units: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 };

function arm(side: Side, units: number, sums: Partial<EventSums>, durations?: JsHistogram): ArmData {
  return { arm: side, units, of: () => ({ ...NONE, ...sums }), durations: durations && spreadOf(durations) };
}

/** A day of requests; some users come far more often than others. The rules look after each request that failed. */
export function dayOfErrors(day: Day, random: Random): Killed {
  const { users, requestsPerUser, share, failing, times = 1, retries = 0 } = day;
  const guardrail = errorRate().above('2x');
  const treated = Uint8Array.from({ length: users }, () => (random() < share ? 1 : 0));
  const seen = new Uint8Array(users);
  const failed = new Uint8Array(users);
  const counts = { treatment: counter(), control: counter() };
  const killed: { ours?: number; hurt: number; byRequests?: number; byRatio?: number } = { hurt: 0 };
  const requests = users * requestsPerUser;
  for (let i = 0; i < requests; i++) {
    const user = Math.floor(users * random() ** 2);
    const side = treated[user] ? 'treatment' : 'control';
    const count = counts[side];
    if (!seen[user]) {
      seen[user] = 1;
      count.units += 1;
    }
    count.requests += 1;
    if (random() >= (side === 'treatment' ? failing * times : failing)) continue;
    if (!failed[user]) {
      failed[user] = 1;
      count.unitsFailed += 1;
    }
    count.requests += retries;
    count.failed += 1 + retries;
    look(i / requests);
    if (killed.ours !== undefined && killed.byRatio !== undefined && killed.byRequests !== undefined) break;
  }
  return killed;

  function look(at: number): void {
    const { treatment, control } = counts;
    if (killed.ours === undefined) {
      const compared = {
        treatment: arm('treatment', treatment.units, { units: treatment.unitsFailed }),
        control: arm('control', control.units, { units: control.unitsFailed }),
      };
      killed.hurt = treatment.unitsFailed;
      if (judge(guardrail, compared, SHARING).tripped) killed.ours = at;
    }
    const rates = [treatment, control].map(({ failed, requests }) => (requests === 0 ? 0 : failed / requests));
    const above = rates[0]! > 2 * rates[1]!;
    if (above && treatment.requests >= 100) killed.byRatio ??= at;
    if (killed.byRequests !== undefined || !above || treatment.failed < 5 || control.requests === 0) return;
    const treatmentShare = treatment.requests / (treatment.requests + control.requests);
    const { e } = eValue(
      { control: control.failed, treatment: treatment.failed, treatmentShare },
      { alternative: 'greater' },
    );
    if (e >= 100) killed.byRequests = at;
  }
}

const counter = () => ({ units: 0, unitsFailed: 0, requests: 0, failed: 0 });

/** A day of durations: users are faster and slower (and their requests alike), and one client of the treatment may be slow. */
export interface SlowDay extends Pick<Day, 'users' | 'requestsPerUser' | 'share'> {
  readonly guardrail: MetricGuardrail;
  /** Added to each of the treatment's requests, in milliseconds. */
  readonly added?: number;
  /** Requests of one client of the treatment, each of which takes five seconds. */
  readonly slowClient?: number;
  readonly looks: number;
}

/** How far a day of durations was when the guardrail tripped, and when one that takes each request for itself did. */
export function dayOfDurations(day: SlowDay, random: Random): { readonly ours?: number; readonly byRequests?: number } {
  const { users, requestsPerUser, share, guardrail, added = 0, slowClient = 0, looks } = day;
  const treated = Uint8Array.from({ length: users }, (_, user) => (user === 0 ? 1 : random() < share ? 1 : 0));
  const speed = Float64Array.from({ length: users }, () => Math.exp(0.5 * normal(random)));
  const slow = new Uint32Array(users);
  const seen = new Uint8Array(users);
  const sides = { treatment: durations(), control: durations() };
  const requests = users * requestsPerUser;
  const killed: { ours?: number; byRequests?: number } = {};
  let threshold: number | undefined;
  for (let i = 0; i < requests && (killed.ours === undefined || killed.byRequests === undefined); i++) {
    const isSlowClient = random() < slowClient / requests;
    const user = isSlowClient ? 0 : Math.floor(users * random() ** 2);
    const side = sides[treated[user] ? 'treatment' : 'control'];
    const took = isSlowClient
      ? 5_000
      : 80 * speed[user]! * Math.exp(0.6 * normal(random)) + (treated[user] ? added : 0);
    if (!seen[user]) {
      seen[user] = 1;
      side.units += 1;
    }
    side.histogram.recordValue(Math.max(1, Math.round(took * 1000)));
    if (threshold !== undefined && took > threshold) {
      const before = slow[user]!++;
      if (before === 0) side.slow += 1;
      side.y += 1;
      side.yy += 2 * before + 1;
    }
    if (i % Math.ceil(requests / looks) === 0) look(i / requests);
  }
  return killed;

  function look(at: number): void {
    const data = (side: Side): ArmData => {
      const { units, slow: unitsSlow, y, yy, histogram } = sides[side];
      return arm(side, units, { units: unitsSlow, y, yy }, histogram);
    };
    const compared = { treatment: data('treatment'), control: data('control') };
    threshold = thresholdOf(guardrail, compared);
    if (killed.ours === undefined && judge(guardrail, compared, SHARING).tripped) killed.ours = at;
    // Each request for itself: as if they came singly, and from units of their own.
    const single = { ...compared.treatment, of: () => ({ ...NONE, units: 1_000 }) };
    if (killed.byRequests === undefined && judge(guardrail, { ...compared, treatment: single }, SHARING).tripped)
      killed.byRequests = at;
  }
}

function durations() {
  const histogram = build({
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 2,
    useWebAssembly: false,
  });
  return { units: 0, slow: 0, y: 0, yy: 0, histogram: histogram as JsHistogram };
}

/** A week of revenue: few buy, and some for much. The treatment's is so many times the control's. */
export interface Sales extends Pick<Day, 'users' | 'share'> {
  readonly buying: number;
  readonly times?: number;
  readonly guardrail?: MetricGuardrail;
  readonly looks: number;
}

/** How far the week was when the guardrail tripped. */
export function weekOfSales(week: Sales, random: Random): { readonly ours?: number; readonly units: number } {
  const { users, share, buying, times = 1, guardrail = mean('revenue').below('-5%'), looks } = week;
  const sums = { treatment: { n: 0, units: 0, x: 0, xx: 0 }, control: { n: 0, units: 0, x: 0, xx: 0 } };
  for (let user = 1; user <= users; user++) {
    const side = random() < share ? 'treatment' : 'control';
    const sum = sums[side];
    sum.n += 1;
    if (random() < buying) {
      const value = 30 * Math.exp(normal(random)) * (side === 'treatment' ? times : 1);
      sum.units += 1;
      sum.x += value;
      sum.xx += value * value;
    }
    if (user % Math.ceil(users / looks) > 0) continue;
    const { treatment, control } = sums;
    const compared = {
      treatment: arm('treatment', treatment.n, treatment),
      control: arm('control', control.n, control),
    };
    if (judge(guardrail, compared, { comparisons: 1 }).tripped) return { ours: user / users, units: treatment.n };
  }
  return { units: sums.treatment.n };
}

/** Units that have a flag, one after the other, and how often one of them meets an error; the level is 20 %. */
export function unitsAtLevel(
  units: number,
  failing: number,
  random: Random,
): { readonly ours?: number; readonly units: number } {
  const guardrail = errorRate().above('20%');
  let failed = 0;
  for (let unit = 1; unit <= units; unit++) {
    if (random() < failing) failed += 1;
    const compared = { treatment: arm('treatment', unit, { units: failed }), control: undefined };
    if (judge(guardrail, compared, { comparisons: 1 }).tripped) return { ours: unit / units, units: unit };
  }
  return { units };
}

/** A guardrail on latency, as it is usual. */
export const p95 = latency('p95').above('+500ms');

/** Box and Muller's normal. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
