const { bytes, execArgv } = require('../lib/bytes');
const { crowd, plainFlags } = require('../lib/flags');
const { atMost } = require('../lib/targets');

module.exports = {
  title: 'heap allocated by a repeated check',
  unit: 'bytes',
  execArgv,
  async measure(peer) {
    const client = await peer.start(plainFlags(10));
    const bound = client.for(crowd()(0));
    return bytes(() => client.on(bound, 'FLAG_3'), peer);
  },
  targets: (of) => [atMost(0, Math.round(of.ours), ' bytes')],
};
