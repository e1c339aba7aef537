const { init } = require('@launchdarkly/node-server-sdk');
const { TestData } = require('@launchdarkly/node-server-sdk/integrations');

exports.title = 'LaunchDarkly';
exports.package = '@launchdarkly/node-server-sdk';
/** Every check is a promise. */
exports.async = true;

exports.start = async (flags) => {
  const client = await clientOf(flags);
  return {
    for: contextOf,
    on: (context, flag) => client.variation(flag, context, false),
    variant: (context, flag) => client.variation(flag, context, 'A'),
    all: async (context) => (await client.allFlagsState(context)).allValues(),
  };
};

exports.express = async (flags) => {
  const client = await clientOf(flags);
  return {
    middleware(req, res, next) {
      req.context = contextOf(req.user);
      next();
    },
    on: (req, flag) => client.variation(flag, req.context, false),
  };
};

function contextOf({ id, email, plan, country }) {
  return { kind: 'user', key: id, email, plan, country };
}

async function clientOf(flags) {
  const data = new TestData();
  for (const flag of flags) {
    await data.usePreconfiguredFlag(definitionOf(flag));
    if (flag.ids) await data.usePreconfiguredSegment({ key: flag.name, version: 1, included: flag.ids });
  }
  const logger = { debug() {}, info() {}, warn() {}, error: console.error };
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger,
  });
  await client.waitForInitialization({ timeout: 5 });
  return client;
}

/** A list is a segment, which is kept as a set; a flag's own targets are scanned. */
function definitionOf({ name, ids, percent, where, arms }) {
  if (arms) {
    const weights = Object.values(arms).map((weight, variation) => ({ variation, weight: weight * 1000 }));
    const fallthrough = { rollout: { contextKind: 'user', variations: weights } };
    return {
      key: name,
      version: 1,
      on: true,
      variations: Object.keys(arms),
      offVariation: 0,
      fallthrough,
      rules: [],
      salt: name,
    };
  }
  if (where || percent !== undefined) return partOf(name, percent ?? 100, where);
  const listed = { contextKind: 'user', attribute: '', op: 'segmentMatch', values: [name], negate: false };
  return {
    key: name,
    version: 1,
    on: true,
    variations: [true, false],
    offVariation: 1,
    fallthrough: { variation: ids ? 1 : 0 },
    rules: ids ? [{ id: 'listed', variation: 0, clauses: [listed] }] : [],
  };
}

function partOf(name, percent, where) {
  const weights = [
    { variation: 0, weight: percent * 1000 },
    { variation: 1, weight: (100 - percent) * 1000 },
  ];
  const part = percent === 100 ? { variation: 0 } : { rollout: { contextKind: 'user', variations: weights } };
  const clause = (attribute, values) => ({ contextKind: 'user', attribute, op: 'in', values, negate: false });
  const rules = where
    ? [{ id: 'part', clauses: [clause('plan', [where.plan]), clause('country', where.countries)], ...part }]
    : [];
  const fallthrough = where ? { variation: 1 } : part;
  return {
    key: name,
    version: 1,
    on: true,
    variations: [true, false],
    offVariation: 1,
    fallthrough,
    rules,
    salt: name,
  };
}
