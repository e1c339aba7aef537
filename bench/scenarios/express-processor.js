const { serveTogether } = require('../lib/loopback');
const { serving } = require('../lib/peers');
const { atLeast } = require('../lib/targets');

/** As express-loopback, by the server's own processor time, which other processes on the machine disturb less. */
module.exports = {
  title: 'the same, of processor time a request',
  unit: 'µs',
  peers: serving,
  measureTogether: (peers) => serveTogether(peers, (answered, took, computed) => (computed * 1000) / answered),
  targets: (of) => [atLeast(0.95, of.floor / of.ours, ' of what the middleware by hand could serve')],
};
