const { engineWith } = require('../lib/experiments');
const { crowd } = require('../lib/flags');
const { atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'an experiment, another user each time who was here before (plain: the same split, not recorded)',
  unit: 'ns',
  peers: ['plain', 'ours'],
  targets: ({ ours, plain }) => [atMost(100, ours - plain, ' ns for recording')],
  async measure(peer) {
    const engine = engineWith(peer.name === 'ours');
    const user = crowd();
    const nanoseconds = await time((i) => keep(i, engine.for({ user: user(i) })).ff('TEST', 'A'), peer);
    await engine.close();
    return nanoseconds;
  },
};
