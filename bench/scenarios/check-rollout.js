const { crowd, plainFlags, rollout } = require('../lib/flags');
const { full, evaluating } = require('../lib/peers');
const { atLeast, atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'a rollout of 25 %, another user each time',
  unit: 'ns',
  peers: evaluating.filter((peer) => peer !== 'fflip'),
  targets: ({ ours, floor, ...peers }) => [
    atMost(2.5, ours / floor, '× by hand'),
    atLeast(8, Math.min(...full.map((peer) => peers[peer])) / ours, '× faster than the fastest peer'),
  ],
  async measure(peer) {
    const client = await peer.start([...plainFlags(10), rollout]);
    const user = crowd();
    return time((i) => client.on(keep(i, client.for(user(i))), 'ROLLOUT'), peer);
  },
};
