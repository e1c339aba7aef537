const { crowd, plainFlags } = require('../lib/flags');
const { atLeast, atMost } = require('../lib/targets');
const { time } = require('../lib/time');

module.exports = {
  title: 'one boolean flag, checked again for the same user',
  unit: 'ns',
  async measure(peer) {
    const client = await peer.start(plainFlags(10));
    const bound = client.for(crowd()(0));
    return time(() => client.on(bound, 'FLAG_3'), peer);
  },
  targets: (of) => [
    atMost(2, of.ours / of.floor, '× the floor'),
    atLeast(8, of.growthbook / of.ours, '× faster than GrowthBook'),
  ],
};
