import { createEngine, defineConfig, type Engine, type Options, type Sink, type TrackedEvent } from 'gatekeeper-flags';
import { conversion, count, errorRate, Experiment, latency, mean, ratio } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { reportOf } from '../../src/report/report';
import { quiet } from './config';
import { seededRandom } from './simulated-experiment';

export const DAY = 86_400_000;
export const START = Date.parse('2026-11-01');

enum Checkout {
  CONTROL = 'CONTROL',
  ONE_PAGE = 'ONE_PAGE',
  NO_ACCOUNT = 'NO_ACCOUNT',
}

class CheckoutTest extends Experiment<Checkout> {
  readonly description = 'Checkout on one page';
  override readonly owner: string = 'payments';
  readonly hypothesis = 'With everything on one page, fewer people give up before they pay.';
  readonly variants = Checkout;
  readonly off = Checkout.CONTROL;
  readonly starts: string = '2026-11-01';
  readonly arms: Experiment<Checkout>['arms'] = { CONTROL: 50, ONE_PAGE: 50 };
  readonly primary: Experiment['primary'] = conversion('purchase');
  override readonly secondary: Experiment['secondary'] = [
    mean('revenue'),
    ratio('basket_value'),
    count('support_ticket', { better: 'lower' }),
    errorRate(),
    latency(),
  ];
  override readonly guardrails: Experiment['guardrails'] = [
    errorRate().above('2x'),
    latency().above('+100ms'),
    mean('revenue').below('-10%'),
  ];
  override readonly minimumDetectableEffect: Experiment['minimumDetectableEffect'] = '20%';
}

/** The checkout test, with other members where they are given. */
export function checkoutTest(members: Partial<Experiment<any>> = {}): Experiment<any> {
  return Object.assign(new CheckoutTest(), members);
}

/** What the units of an arm do. */
export interface Habits {
  readonly purchase: number;
  readonly basket?: number;
  readonly tickets?: number;
  readonly failed?: number;
  readonly milliseconds?: number;
}

export interface World {
  readonly engine: Engine<any>;
  readonly sink: Sink;
  readonly clock: { now: number };
  /** Lives through so many days, on each of which so many new users come by, with the habits of the first experiment's arms. */
  live(days: number, perDay: number, habits: { readonly [arm: string]: Habits }): Promise<void>;
}

/** An engine with its clock at the start of November, and a sink. */
export function world(flags: { readonly [name: string]: any }, options: Options = {}, seed = 20261101): World {
  const clock = { now: START };
  const sink = options.sink?.() ?? memorySink();
  const config = defineConfig({ ...quiet, now: () => clock.now, ...options, sink: () => sink, flags } as never);
  const engine = createEngine(config as never) as unknown as Engine<any>;
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let [users, batches] = [0, 0];

  /** One user's day. What becomes of requests is given to the sink, as the middleware would have it. */
  function behave(gk: any, does: Habits, unit: string): TrackedEvent[] {
    const { purchase, basket = 40, tickets = 0.02, failed = 0.004, milliseconds = 180 } = does;
    if (random() < purchase) {
      gk.track('purchase');
      const value = Math.round(basket * Math.exp(0.6 * normal()) * 100) / 100;
      const items = 1 + Math.floor(random() * 3);
      for (let item = 0; item < items; item++) gk.track('basket_value', { value: value / items });
      gk.track('revenue', { value });
    }
    if (random() < tickets) gk.track('support_ticket');
    const took = Array.from({ length: 1 + Math.floor(random() * 6) }, () => milliseconds * Math.exp(0.4 * normal()));
    const sum = BigInt(Math.round(took.reduce((all, one) => all + one, 0))) * 1_000_000n;
    const hasFailed = random() < failed;
    return Object.keys(flags).flatMap((experiment) => {
      const request = { experiment, unit, event: '$request', count: took.length, sum, at: clock.now };
      return hasFailed ? [request, { ...request, event: '$failed', count: 1, sum: 1_000_000n }] : [request];
    });
  }

  async function day(perDay: number, habits: { readonly [arm: string]: Habits }): Promise<void> {
    const weekend = [0, 6].includes(new Date(clock.now).getUTCDay());
    const visitors = Math.round(perDay * (weekend ? 0.8 : 1.08) * (0.95 + 0.1 * random()));
    const events: TrackedEvent[] = [];
    for (let n = 0; n < visitors; n++) {
      const id = `u${(users += 1)}`;
      const gk = engine.for({ user: { id } as never });
      const variants = Object.keys(flags).map((name) => gk.ffVariant(name as never) as string);
      const does = habits[variants[0]!];
      if (does) events.push(...behave(gk, does, id));
    }
    await reportOf(engine).observer!.flush();
    await sink.write({ id: `requests ${(batches += 1)}`, exposures: [], events, histograms: [] });
    clock.now += DAY;
  }

  return {
    ...{ engine, sink, clock },
    async live(days, perDay, habits) {
      for (let n = 0; n < days; n++) await day(perDay, habits);
    },
  };
}
