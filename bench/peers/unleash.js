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
    all(context) {
      const all = {};
      for (const { name } of client.getFeatureToggleDefinitions()) all[name] = client.isEnabled(name, context);
      return all;
    },
  };
};

function definitionOf({ name, ids }) {
  const constraints = ids ? [{ contextName: 'userId', operator: 'IN', values: ids }] : [];
  return { name, enabled: true, strategies: [{ name: 'default', parameters: {}, constraints }] };
}
