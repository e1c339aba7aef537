const { crowd, plainFlags } = require('../lib/flags');
const { atLeast } = require('../lib/targets');
const { keep, time } = require('../lib/time');

const CHECKS = 50;

module.exports = {
  title: 'fifty checks of one flag in a request',
  unit: 'ns',
  async measure(peer) {
    const client = await peer.start(plainFlags(10));
    const user = crowd();

    function request(i) {
      const bound = keep(i, client.for(user(i)));
      let on = 0;
      for (let k = 0; k < CHECKS; k++) on += client.on(bound, 'FLAG_3');
      return on;
    }
    async function awaitingRequest(i) {
      const bound = keep(i, client.for(user(i)));
      let on = 0;
      for (let k = 0; k < CHECKS; k++) on += await client.on(bound, 'FLAG_3');
      return on;
    }
    return time(peer.async ? awaitingRequest : request, peer);
  },
  targets: (of) => [atLeast(40, of.growthbook / of.ours, '× faster than GrowthBook')],
};
