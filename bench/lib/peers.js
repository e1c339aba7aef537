/** The peers that are services to pay for or run, and know more than on and off. */
const full = ['growthbook', 'unleash', 'launchdarkly', 'statsig'];

exports.full = full;
/** Those that can be asked for flags; `floor` is hand-written code. */
exports.evaluating = ['floor', 'ours', 'fflip', ...full];
/** Those with a middleware; `plain` is Express without flags. */
exports.serving = ['plain', 'floor', 'ours', 'growthbook', 'launchdarkly'];
exports.columns = ['plain', ...exports.evaluating];
