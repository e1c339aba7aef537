const { bytes, execArgv } = require('../lib/bytes');
const { crowd, plainFlags } = require('../lib/flags');
const { keep } = require('../lib/time');

module.exports = {
  title: 'heap allocated for another user and one check',
  unit: 'bytes',
  execArgv,
  async measure(peer) {
    const client = await peer.start(plainFlags(10));
    const user = crowd();
    return bytes((i) => client.on(keep(i, client.for(user(i))), 'FLAG_3'), peer);
  },
};
