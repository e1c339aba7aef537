const { crowd, plainFlags } = require('../lib/flags');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'one boolean flag, another user each time',
  unit: 'ns',
  async measure(peer) {
    const client = await peer.start(plainFlags(10));
    const user = crowd();
    return time((i) => client.on(keep(i, client.for(user(i))), 'FLAG_3'), peer);
  },
};
