import { FeatureFlag, type Context, type Engine, type Reason } from 'gatekeeper-flags';
import { BY, engineOf, toggle } from '../support/config';
import { visit } from '../support/visit';

enum Order {
  OFF = 'OFF',
  BROWSER = 'BROWSER',
  LISTED_LIVE = 'LISTED_LIVE',
  LISTED = 'LISTED',
  PINNED = 'PINNED',
  RULE = 'RULE',
}

class Ordered extends FeatureFlag<Order> {
  readonly description = 'Serves another variant at each step of the order of decision';
  readonly variants = Order;
  readonly off = Order.OFF;
}

/** What makes a step decide. */
interface Arranged {
  readonly reason: Reason;
  readonly variant: Order;
  readonly members?: Partial<FeatureFlag<Order>>;
  readonly overrides?: { readonly FLAG: Order };
  readonly live?: (engine: Engine<any>) => Promise<unknown>;
}

/** The order of decision: a step, and what it is that makes it decide. `draft` and `schedule` are one step. */
const order: { readonly [step: string]: Arranged } = {
  'live kill': { reason: 'killed', variant: Order.OFF, live: ({ live }) => live.kill('FLAG', BY) },
  'browser override': { reason: 'browser-override', variant: Order.BROWSER, overrides: { FLAG: Order.BROWSER } },
  'live user list': {
    reason: 'user-override',
    variant: Order.LISTED_LIVE,
    live: ({ live }) => live.addUser('FLAG', Order.LISTED_LIVE, 7, BY),
  },
  "class's user list": { reason: 'user-override', variant: Order.LISTED, members: { overrides: { LISTED: [7] } } },
  draft: { reason: 'draft', variant: Order.OFF, members: { draft: true } },
  'not started': { reason: 'schedule', variant: Order.OFF, members: { starts: '2026-12-01' } },
  ended: { reason: 'schedule', variant: Order.OFF, members: { ends: '2026-11-01' } },
  requires: {
    reason: 'requires',
    variant: Order.OFF,
    members: { requires: [{ flag: 'OTHER', variant: 'ON' }] },
  },
  pin: { reason: 'pinned', variant: Order.PINNED, live: ({ live }) => live.pin('FLAG', Order.PINNED, BY) },
  rule: { reason: 'rule', variant: Order.RULE, members: { getVariant: () => Order.RULE } },
  nothing: { reason: 'default', variant: Order.OFF },
};

async function decided(...steps: readonly Arranged[]) {
  const flag = Object.assign(new Ordered(), ...steps.map(({ members }) => members));
  const options = { user: (req: { user?: Context['user'] }) => req.user, now: () => Date.parse('2026-11-21') };
  const engine = engineOf({ FLAG: flag as Ordered, OTHER: toggle() }, options);
  for (const { live } of steps) await live?.(engine);
  const overrides = Object.assign({}, ...steps.map((step) => step.overrides));
  return visit(engine, { user: { id: 7 }, overrides }, (gk) => {
    const { variant, reason } = gk.explain('FLAG');
    return { variant, reason, same: gk.ffVariant('FLAG') === variant };
  });
}

const steps = Object.keys(order);
const oneStep = ['draft', 'not started', 'ended'];
const pairs = steps.flatMap((step, at) =>
  steps
    .slice(at + 1)
    .filter((later) => !(oneStep.includes(step) && oneStep.includes(later)))
    .map((later) => [step, later] as const),
);

test.each(steps)('%s decides where nothing else does', async (step) => {
  const { reason, variant } = order[step]!;
  expect(await decided(order[step]!)).toEqual({ reason, variant, same: true });
});

test.each(pairs)('%s beats %s', async (step, later) => {
  const { reason, variant } = order[step]!;
  expect(await decided(order[later]!, order[step]!)).toEqual({ reason, variant, same: true });
});

test.each(steps)('%s beats everything after it together', async (step) => {
  const { reason, variant } = order[step]!;
  const after = steps.slice(steps.indexOf(step)).filter((later) => later === step || !oneStep.includes(later));
  expect(await decided(...after.map((later) => order[later]!))).toEqual({ reason, variant, same: true });
});

test('a rule that fails stands where a rule stands', async () => {
  const failing: Arranged = {
    reason: 'error',
    variant: Order.OFF,
    members: {
      getVariant() {
        throw new Error('down');
      },
    },
  };
  expect(await decided(failing)).toEqual({ reason: 'error', variant: Order.OFF, same: true });
  expect(await decided(failing, order.pin!)).toMatchObject({ reason: 'pinned', variant: Order.PINNED });
});
