const { crowd, plainFlags } = require('../lib/flags');
const { time } = require('../lib/time');

const FLAGS = plainFlags(10);

module.exports = {
  title: 'ten boolean flags in turn for the same user, per check',
  unit: 'ns',
  async measure(peer) {
    const client = await peer.start(FLAGS);
    const bound = client.for(crowd()(0));
    const names = FLAGS.map(({ name }) => name);
    return time((i) => client.on(bound, names[i % 10]), peer);
  },
};
