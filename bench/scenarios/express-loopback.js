const { serveTogether } = require('../lib/loopback');
const { serving } = require('../lib/peers');
const { atLeast } = require('../lib/targets');

module.exports = {
  title: 'Express, over loopback: requests with ten checks',
  unit: '/s',
  peers: serving,
  more: true,
  measureTogether: (peers) => serveTogether(peers, (answered, took) => (answered * 1000) / took),
  targets: (of) => [atLeast(0.95, of.ours / of.floor, ' of what the middleware by hand serves')],
};
