const { crowd, plainFlags } = require('../lib/flags');
const { keep, time } = require('../lib/time');

module.exports = {
  title: 'all of 1,000 boolean flags, another user each time',
  unit: 'µs',
  async measure(peer) {
    const client = await peer.start(plainFlags(1_000));
    const user = crowd();
    const ask = (i) => keep(i, client.all(client.for(user(i)))).FLAG_500 !== undefined;
    const awaitingAsk = async (i) => keep(i, await client.all(client.for(user(i)))).FLAG_500 !== undefined;
    return (await time(peer.async ? awaitingAsk : ask, peer)) / 1000;
  },
};
