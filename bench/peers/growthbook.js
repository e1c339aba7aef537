const { GrowthBookClient } = require('@growthbook/growthbook');

exports.title = 'GrowthBook';
exports.package = '@growthbook/growthbook';

/** The singleton that each check is given a user context: the faster of the two ways its README names. */
exports.start = (flags) => {
  const client = clientOf(flags);
  return {
    for: (user) => ({ attributes: user }),
    on: (context, flag) => client.isOn(flag, context),
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

function ruleOf({ ids }) {
  return ids ? { condition: { id: { $in: ids } }, force: true } : { force: true };
}
