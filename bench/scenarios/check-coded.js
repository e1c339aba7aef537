const { crowd, plainFlags } = require('../lib/flags');
const { keep, time } = require('../lib/time');

module.exports = {
  title: "a rule in the app's own code, another user each time",
  unit: 'ns',
  peers: ['floor', 'ours', 'fflip'],
  async measure(peer) {
    const client = await peer.start([...plainFlags(9), { name: 'CODED', coded: true }]);
    const user = crowd();
    return time((i) => client.on(keep(i, client.for(user(i))), 'CODED'), peer);
  },
};
