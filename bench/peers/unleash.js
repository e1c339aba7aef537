const { InMemStorageProvider, Unleash } = require('unleash-client');

exports.title = 'Unleash';
exports.package = 'unleash-client';

exports.start = async (flags) => {
  const client = new Unleash({
    url: 'http://offline.invalid/api',
    appName: 'bench',
    refreshInterval: 0,
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: flags.map(definitionOf) },
    disableAutoStart: true,
  });
  await Promise.all([new Promise((ready) => client.once('ready', ready)), client.start()]);
  return {
    for: ({ id, email, plan, country }) => ({ userId: id, properties: { email, plan, country } }),
    on: (context, flag) => client.isEnabled(flag, context),
    variant: (context, flag) => client.getVariant(flag, context).name,
    all(context) {
      const all = {};
      for (const { name } of client.getFeatureToggleDefinitions()) all[name] = client.isEnabled(name, context);
      return all;
    },
  };
};

function definitionOf({ name, ids, percent, where, arms }) {
  const constraints = ids ? [{ contextName: 'userId', operator: 'IN', values: ids }] : [];
  if (where) {
    constraints.push({ contextName: 'plan', operator: 'IN', values: [where.plan] });
    constraints.push({ contextName: 'country', operator: 'IN', values: where.countries });
  }
  if (percent !== undefined || arms) {
    const parameters = { rollout: String(percent ?? 100), stickiness: 'userId', groupId: name };
    const variants = Object.entries(arms ?? {}).map(([arm, weight]) => ({
      name: arm,
      weight: weight * 10,
      stickiness: 'userId',
      payload: { type: 'string', value: arm },
    }));
    return { name, enabled: true, strategies: [{ name: 'flexibleRollout', parameters, constraints, variants }] };
  }
  return { name, enabled: true, strategies: [{ name: 'default', parameters: {}, constraints }] };
}
