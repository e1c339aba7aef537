import { AsyncLocalStorage } from 'node:async_hooks';
import {
  OpenFeature,
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
  type FlagEvaluationOptions,
  type Hook,
  type JsonValue,
} from '@openfeature/server-sdk';
import type { Engine, Options } from 'gatekeeper-flags';
import { GatekeeperProvider } from 'gatekeeper-flags/openfeature';
import { engineOf, toggle, Toggle } from '../support/config';
import { fragileStore, until } from '../support/fragile-store';
import { scenariosOf, specification, type Step } from '../support/gherkin';
import { suiteFlags, suiteMetadata } from '../support/openfeature-flags';

type Details = EvaluationDetails<JsonValue>;
type Stage = 'before' | 'after' | 'error' | 'finally';

/** What a scenario has set up and seen. */
class World {
  static count = 0;
  readonly domain = `scenario ${(World.count += 1)}`;
  readonly ends: (() => unknown)[] = [];
  readonly hooks = new Map<Stage, Details | undefined>();
  readonly order: string[] = [];
  client!: Client;
  flag!: { readonly type: string; readonly key: string; readonly fallback: JsonValue };
  context: EvaluationContext = {};
  options: FlagEvaluationOptions = {};
  transaction: EvaluationContext = {};
  merged: { readonly [key: string]: unknown } = {};
  levels: string[] = [];
  details!: Details;
  pending: Promise<Details> | undefined;

  engine(options: Options = {}): Engine<any> {
    const capture = toggle({
      getVariant: ({ user }) => {
        this.merged = { ...user };
        return Toggle.ON;
      },
    });
    const engine = engineOf({ ...suiteFlags(specification!), capture }, options);
    this.ends.unshift(() => engine.close({ timeout: 1 }));
    return engine;
  }

  async register(engine: Engine<any>, wait = true): Promise<void> {
    const provider = new GatekeeperProvider(engine, { metadata: suiteMetadata });
    if (wait) await OpenFeature.setProviderAndWait(this.domain, provider).catch(() => {});
    else OpenFeature.setProvider(this.domain, provider);
    this.client = OpenFeature.getClient(this.domain);
  }

  evaluate(): Promise<Details> {
    const { client, context, options, flag } = this;
    const { type, key, fallback } = flag;
    const kind = { Integer: 'Number', Float: 'Number' }[type] ?? type;
    return (client as any)[`get${kind}Details`](key, fallback, context, options);
  }
}

function valueFrom(type: string, text: string): JsonValue {
  if (type === 'String') return text === 'null' ? (null as never) : text;
  return JSON.parse(text.replaceAll('\\"', '"'));
}
const capitalized = (word: string) => word[0]!.toUpperCase() + word.slice(1).toLowerCase();
const rowsOf = ([names, ...rows]: string[][]) =>
  rows.map((row) => Object.fromEntries(row.map((cell, at) => [names![at]!, cell])));

const STATES: { readonly [state: string]: (world: World) => Promise<void> } = {
  stable: (world) => world.register(world.engine()),
  'not ready': (world) => {
    const silent = Object.assign(fragileStore(), { state: 'silent' });
    return world.register(world.engine({ store: () => silent, readyTimeout: 60_000 }), false);
  },
  error: (world) => {
    const refused = Object.assign(fragileStore(), { state: 'refused' });
    return world.register(world.engine({ store: () => refused, readyTimeout: 10 }));
  },
  fatal: async (world) => {
    const engine = world.engine();
    await engine.close();
    await world.register(engine);
  },
  async stale(world) {
    const store = Object.assign(fragileStore(), { pollEvery: 10 });
    await world.register(world.engine({ store: () => store }));
    store.state = 'refused';
    await until(() => world.client.providerStatus === 'STALE');
  },
};

const recording = (world: World): Hook => ({
  before: () => void world.hooks.set('before', undefined),
  after: (_, details) => void world.hooks.set('after', details as Details),
  error: () => void world.hooks.set('error', undefined),
  finally: (_, details) => void world.hooks.set('finally', details as Details),
});
const ordered = (world: World, name: string): Hook => ({
  before: () => void world.order.push(`before ${name}`),
  after: () => void world.order.push(`after ${name}`),
});

const LEVELS: { readonly [level: string]: (world: World, entry: EvaluationContext) => void } = {
  API: (_, entry) => void OpenFeature.setContext({ ...OpenFeature.getContext(), ...entry }),
  Transaction: (world, entry) => void Object.assign(world.transaction, entry),
  Client: ({ client }, entry) => void client.setContext({ ...client.getContext(), ...entry }),
  Invocation: (world, entry) => void Object.assign(world.context, entry),
  'Before Hooks': ({ client }, entry) => void client.addHooks({ before: () => entry }),
};

const steps: Step<World>[] = [
  [/^a (stable|not ready|error|fatal|stale) provider$/, (world, state: string) => STATES[state]!(world)],
  [/^a stable provider with retrievable context is registered$/, (world) => STATES.stable!(world)],
  [
    /^an? (\w+)-flag with key "(.*)" and a fallback value "(.*)"$/i,
    (world, type: string, key: string, fallback: string) => {
      world.flag = { type: capitalized(type), key, fallback: valueFrom(capitalized(type), fallback) };
    },
  ],
  [
    /^a context containing a key "(.*)", with type "(\w+)" and with value "(.*)"$/,
    (world, key: string, type: string, value: string) => (world.context[key] = valueFrom(type, value) as string),
  ],
  [/^a context containing a key "(.*)" with null value$/, (world, key: string) => (world.context[key] = null as never)],
  [
    /^the flag was evaluated with details(?: using the evaluation options)?$/,
    async (world) => (world.details = await world.evaluate()),
  ],
  [/^the flag was evaluated with details asynchronously$/, (world) => (world.pending = world.evaluate())],
  [
    /^the evaluation should complete without blocking$/,
    async (world) => {
      expect(world.pending).toBeInstanceOf(Promise);
      world.details = await world.pending!;
    },
  ],
  [
    /^the resolved details value should be "(.*)"$/,
    ({ details, flag }, value: string) => expect(details.value).toEqual(valueFrom(flag.type, value)),
  ],
  [/^the reason should be "(.*)"$/, ({ details }, reason: string) => expect(details.reason).toBe(reason)],
  [/^the error-code should be "(.*)"$/, ({ details }, code: string) => expect(details.errorCode).toBe(code)],
  [/^the flag key should be "(.*)"$/, ({ details }, key: string) => expect(details.flagKey).toBe(key)],
  [/^the variant should be "(.*)"$/, ({ details }, variant: string) => expect(details.variant).toBe(variant)],
  [
    /^the provider status should be "(.*)"$/,
    ({ client }, status: string) => expect(client.providerStatus).toBe(status),
  ],
  [
    /^the resolved metadata should contain$/,
    ({ details }, table: string[][]) => {
      const expected = rowsOf(table).map(({ key, metadata_type, value }) => [key, valueFrom(metadata_type!, value!)]);
      expect(details.flagMetadata).toEqual(Object.fromEntries(expected));
    },
  ],
  [/^the resolved metadata is empty$/, ({ details }) => expect(details.flagMetadata).toEqual({})],
  [/^a client with added hook$/, (world) => void world.client.addHooks(recording(world))],
  [
    /^the "(\w+)" hook should have been executed$/,
    ({ hooks }, stage: Stage) => expect([...hooks.keys()]).toContain(stage),
  ],
  [
    /^the "([\w, ]+)" hooks should be called with evaluation details$/,
    ({ hooks }, stages: string, table: string[][]) => {
      const fields = { flag_key: 'flagKey', error_code: 'errorCode' } as { [name: string]: string };
      const expected = rowsOf(table).map(({ data_type, key, value }) => [
        fields[key!] ?? key!,
        value === 'null' ? undefined : valueFrom(capitalized(data_type!), value!),
      ]) as [string, unknown][];
      for (const stage of stages.split(', ') as Stage[])
        for (const [field, value] of expected)
          expect({ stage, [field]: (hooks.get(stage) as any)[field] }).toEqual({ stage, [field]: value });
    },
  ],
  [
    /^evaluation options containing specific hooks$/,
    (world) => (world.options = { hooks: [ordered(world, 'first'), ordered(world, 'second')] }),
  ],
  [/^the specified hooks should execute during evaluation$/, ({ order }) => expect(order).toHaveLength(4)],
  [
    /^the hook order should be maintained$/,
    ({ order }) => expect(order).toEqual(['before first', 'before second', 'after second', 'after first']),
  ],
  [
    /^an evaluation context with modifiable data$/,
    (world) => (world.context = { email: 'a@b.example', cart: { items: [1] } }),
  ],
  [
    /^the original evaluation context should remain unmodified$/,
    ({ context }) => expect(context).toEqual({ email: 'a@b.example', cart: { items: [1] } }),
  ],
  [
    /^the evaluation details should be immutable$/,
    ({ details }) => expect(() => Object.assign(details.flagMetadata, { other: 1 })).toThrow(TypeError),
  ],
  [
    /^A context entry with key "(.*)" and value "(.*)" is added to the "(.*)" level$/,
    (world, key: string, value: string, level: string) => LEVELS[level]!(world, { [key]: value }),
  ],
  [/^A table with levels of increasing precedence$/, (world, table: string[][]) => (world.levels = table.flat())],
  [
    /^Context entries for each level from API level down to the "(.*)" level, with key "(.*)" and value "(.*)"$/,
    (world, last: string, key: string) => {
      for (const level of world.levels.slice(0, world.levels.indexOf(last) + 1))
        LEVELS[level]!(world, { [key]: level });
    },
  ],
  [
    /^Some flag was evaluated$/,
    (world) => {
      world.flag = { type: 'Boolean', key: 'capture', fallback: false };
      const evaluated = new Promise((resolve) =>
        OpenFeature.setTransactionContext(world.transaction, () => resolve(world.evaluate())),
      );
      return evaluated;
    },
  ],
  [
    /^The merged context contains an entry with key "(.*)" and value "(.*)"$/,
    ({ merged }, key: string, value: string) => expect(merged[key]).toBe(value),
  ],
];

const LEFT_OUT: { readonly [tag: string]: string } = {
  '@reason-codes-cached': 'nothing is cached, as a flag is decided in this process faster than it could be looked up',
};

const suites = specification === undefined ? [] : ['evaluation_v2', 'hooks', 'metadata', 'contextMerging'];

beforeAll(() => {
  const transactions = new AsyncLocalStorage<EvaluationContext>();
  OpenFeature.setTransactionContextPropagator({
    getTransactionContext: () => transactions.getStore() ?? {},
    setTransactionContext: (context, callback, ...args) => transactions.run(context, () => callback(...args)),
  });
  OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });
});
afterEach(() => void OpenFeature.setContext({}));

for (const suite of suites)
  describe(suite, () => {
    const all = scenariosOf(specification!, suite, steps);
    const left = all.filter(({ tags }) => tags.some((tag) => LEFT_OUT[tag]));
    for (const tag of new Set(left.flatMap(({ tags }) => tags.filter((tag) => LEFT_OUT[tag]))))
      process.stdout.write(`${suite}: ${tag} is left out: ${LEFT_OUT[tag]}\n`);

    test.each(all.filter((scenario) => !left.includes(scenario)))('$name', async ({ run }) => {
      const world = new World();
      try {
        await run(world);
      } finally {
        for (const end of world.ends) await end();
      }
    });
  });

test("where OpenFeature's suites are, they are run", () => {
  if (specification === undefined)
    process.stdout.write('OpenFeature: its suites are not here; name the folder that has them in OPENFEATURE_SPEC\n');
  expect(suites.length).toBe(specification === undefined ? 0 : 4);
});
