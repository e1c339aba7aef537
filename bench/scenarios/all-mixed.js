const { crowd, mixedFlags } = require('../lib/flags');
const { evaluating, full } = require('../lib/peers');
const { atLeast, atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'all of 1,000 flags of four kinds, another user each time',
  unit: 'µs',
  peers: evaluating.filter((peer) => peer !== 'fflip'),
  targets: ({ ours, floor, ...peers }) => [
    atMost(1.5, ours / floor, '× by hand'),
    atLeast(9, Math.min(...full.map((peer) => peers[peer])) / ours, '× faster than the fastest peer'),
  ],
  async measure(peer) {
    const client = await peer.start(mixedFlags());
    const user = crowd();
    const ask = (i) => keep(i, client.all(client.for(user(i)))).PART_50 !== undefined;
    const awaitingAsk = async (i) => keep(i, await client.all(client.for(user(i)))).PART_50 !== undefined;
    return (await time(peer.async ? awaitingAsk : ask, peer)) / 1000;
  },
};
