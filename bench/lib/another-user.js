const { crowd, plainFlags } = require('./flags');
const { full, evaluating } = require('./peers');
const { atLeast, atMost } = require('./targets');
const { keep, time } = require('./time');

/** One flag among ten others, checked for another user each time. */
exports.anotherUser = (title, /** @type {import('./flags').Flag} */ flag) => ({
  title: `${title}, another user each time`,
  unit: 'ns',
  peers: evaluating.filter((peer) => peer !== 'fflip'),
  targets: ({ ours, floor, ...peers }) => [
    atMost(2.5, ours / floor, '× by hand'),
    atLeast(8, Math.min(...full.map((peer) => peers[peer])) / ours, '× faster than the fastest peer'),
  ],
  async measure(peer) {
    const client = await peer.start([...plainFlags(10), flag]);
    const user = crowd();
    return time((i) => client.on(keep(i, client.for(user(i))), flag.name), peer);
  },
});
