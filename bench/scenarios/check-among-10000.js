const { crowd, plainFlags } = require('../lib/flags');
const { atMost } = require('../lib/targets');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'one flag of 10,000, compared with one of 10',
  unit: '×',
  async measure(peer) {
    const user = crowd();
    const among = async (count) => {
      const client = await peer.start(plainFlags(count));
      return time((i) => client.on(keep(i, client.for(user(i))), 'FLAG_3'), peer);
    };
    const few = await among(10);
    return (await among(10_000)) / few;
  },
  targets: (of) => [atMost(1.1, of.ours, '× the time')],
};
