const { GrowthBookClient } = require('@growthbook/growthbook');

exports.title = 'GrowthBook';
exports.package = '@growthbook/growthbook';

/** The singleton that each check is given a user context: the faster of the two ways its README names. */
exports.start = (flags) => {
  const client = clientOf(flags);
  return {
    for: (user) => ({ attributes: user }),
    on: (context, flag) => client.isOn(flag, context),
    variant: (context, flag) => client.getFeatureValue(flag, 'A', context),
    all(context) {
      const all = {};
      for (const flag in client.getFeatures()) all[flag] = client.isOn(flag, context);
      return all;
    },
  };
};

exports.express = (flags) => {
  const client = clientOf(flags);
  return {
    middleware(req, res, next) {
      req.growthbook = client.createScopedInstance({ attributes: { ...req.user, url: req.url } });
      next();
    },
    on: (req, flag) => req.growthbook.isOn(flag),
  };
};

function clientOf(flags) {
  const features = Object.fromEntries(flags.map((flag) => [flag.name, { defaultValue: false, rules: [ruleOf(flag)] }]));
  return new GrowthBookClient().initSync({ payload: { features } });
}

function ruleOf({ ids, percent, where, arms }) {
  if (arms) {
    const weights = Object.values(arms).map((weight) => weight / 100);
    return { variations: Object.keys(arms), weights, hashAttribute: 'id' };
  }
  if (where || percent !== undefined) {
    const condition = where && { plan: where.plan, country: { $in: where.countries } };
    const part = percent !== undefined && { coverage: percent / 100, hashAttribute: 'id' };
    return { ...(condition && { condition }), ...part, force: true };
  }
  return ids ? { condition: { id: { $in: ids } }, force: true } : { force: true };
}
