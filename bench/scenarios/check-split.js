const { crowd, plainFlags, split } = require('../lib/flags');
const { atLeast, atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'a split between three variants, another user each time',
  unit: 'ns',
  peers: ['floor', 'ours', 'growthbook', 'unleash', 'launchdarkly'],
  targets: ({ ours, floor, growthbook, unleash, launchdarkly }) => [
    atMost(4, ours / floor, '× by hand'),
    atLeast(6, Math.min(growthbook, unleash, launchdarkly) / ours, '× faster than the fastest peer'),
  ],
  async measure(peer) {
    const client = await peer.start([...plainFlags(10), split]);
    const user = crowd();
    const ask = (i) => client.variant(keep(i, client.for(user(i))), 'SPLIT') === 'A';
    const awaitingAsk = async (i) => (await client.variant(keep(i, client.for(user(i))), 'SPLIT')) === 'A';
    return time(peer.async ? awaitingAsk : ask, peer);
  },
};
