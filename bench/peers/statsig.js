const { StatsigServer } = require('statsig-node');

exports.title = 'Statsig';
exports.package = 'statsig-node';

const QUIET = { disableExposureLogging: true };

exports.start = async (flags) => {
  const client = new StatsigServer('secret-bench', {
    localMode: true,
    disableDiagnostics: true,
    bootstrapValues: JSON.stringify({
      has_updates: true,
      time: 1,
      feature_gates: flags.map(gateOf),
      dynamic_configs: [],
      layer_configs: [],
    }),
  });
  await client.initializeAsync();
  return {
    for: ({ id, email, country, plan }) => ({ userID: id, email, country, custom: { plan } }),
    on: (user, flag) => client.checkGate(user, flag, QUIET),
    all(user) {
      const all = {};
      for (const name of client.getFeatureGateList()) all[name] = client.checkGate(user, name, QUIET);
      return all;
    },
  };
};

function gateOf({ name, ids, percent = 100, where }) {
  const field = (type, field, targetValue) => ({ type, field, operator: 'any_case_sensitive', targetValue });
  const conditions = where
    ? [field('user_field', 'plan', [where.plan]), field('user_field', 'country', where.countries)]
    : [ids ? field('user_field', 'userID', ids) : { type: 'public', field: null, operator: null, targetValue: null }];
  const rule = { name, id: name, salt: name, passPercentage: percent, idType: 'userID', returnValue: true };
  const gate = { name, type: 'feature_gate', entity: 'feature_gate', salt: name, idType: 'userID' };
  return { ...gate, enabled: true, defaultValue: false, rules: [{ ...rule, conditions }] };
}
