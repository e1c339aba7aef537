const { bytes, execArgv } = require('../lib/bytes');
const { crowd, plainFlags, rollout } = require('../lib/flags');
const { evaluating } = require('../lib/peers');
const { atMost } = require('../lib/targets');
const { keep } = require('../lib/time');

module.exports = {
  title: 'heap allocated for another user and a rollout of 25 %',
  unit: 'bytes',
  execArgv,
  peers: evaluating.filter((peer) => peer !== 'fflip'),
  targets: ({ ours }) => [atMost(320, ours, ' bytes')],
  async measure(peer) {
    const client = await peer.start([...plainFlags(10), rollout]);
    const user = crowd();
    return bytes((i) => client.on(keep(i, client.for(user(i))), 'ROLLOUT'), peer);
  },
};
