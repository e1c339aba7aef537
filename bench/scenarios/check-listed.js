const { crowd, idOf, plainFlags } = require('../lib/flags');
const { atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

/** Every other user of the crowd is among them. */
const ids = Array.from({ length: 100_000 }, (_, i) => idOf(2 * i));

module.exports = {
  title: 'a list of 100,000 user ids, another user each time',
  unit: 'ns',
  async measure(peer) {
    const client = await peer.start([...plainFlags(9), { name: 'LISTED', ids }]);
    const user = crowd();
    return time((i) => client.on(keep(i, client.for(user(i))), 'LISTED'), peer);
  },
  targets: (of) => [atMost(3, of.ours / of.floor, '× the floor')],
};
