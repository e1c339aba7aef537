const fflip = require('fflip');

/** Booleans only, and a list is what the app's own criterion makes of it. */
exports.title = 'fflip';
exports.package = 'fflip';

exports.start = (flags) => {
  fflip.config({
    criteria: [
      { id: 'everyone', check: (user, wanted) => wanted },
      { id: 'growing', check: (user, wanted) => (user.plan === 'growth') === wanted },
      { id: 'listed', check: (user, ids) => ids.has(user.id) },
    ],
    features: flags.map((flag) => ({ id: flag.name, criteria: criteriaOf(flag) })),
  });
  return {
    for: (user) => user,
    on: (user, flag) => fflip.isFeatureEnabledForUser(flag, user),
    all: (user) => fflip.getFeaturesForUser(user),
  };
};

function criteriaOf({ ids, coded }) {
  if (coded) return { growing: true };
  return ids ? { listed: new Set(ids) } : { everyone: true };
}
