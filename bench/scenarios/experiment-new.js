const { setTimeout: pause } = require('node:timers/promises');
const { engineWith } = require('../lib/experiments');
const { idOf } = require('../lib/flags');
const { atMost } = require('../lib/targets');
const { keep } = require('../lib/time');

const BATCH = 4_000;
const BATCHES = 60;

module.exports = {
  title: 'an experiment, a new user each time (plain: the same split, not recorded)',
  unit: 'ns',
  peers: ['plain', 'ours'],
  targets: ({ ours, plain }) => [atMost(100, ours - plain, ' ns for recording an exposure')],
  /** In batches, between which the exposures are written: otherwise they would soon be dropped, for want of room. */
  async measure(peer) {
    const engine = engineWith(peer.name === 'ours');
    const samples = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      const users = Array.from({ length: BATCH }, (_, i) => ({ id: idOf(batch * BATCH + i) }));
      const start = process.hrtime.bigint();
      for (let i = 0; i < BATCH; i++) keep(i, engine.for({ user: users[i] })).ff('TEST', 'A');
      samples.push(Number(process.hrtime.bigint() - start) / BATCH);
      do await pause(1);
      while ((engine.stats().exposures?.pending ?? 0) > BATCH);
    }
    await engine.close();
    return samples.sort((a, b) => a - b)[BATCHES >> 2];
  },
};
