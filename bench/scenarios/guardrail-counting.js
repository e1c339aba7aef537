const { IncomingMessage, ServerResponse } = require('node:http');
const { createRequire } = require('node:module');
const { Socket } = require('node:net');
const { join } = require('node:path');
const { crowd } = require('../lib/flags');
const { atMost } = require('../lib/targets');
const { keep } = require('../lib/time');

const TOP = join(__dirname, '../../package.json');
const REQUESTS = 5_000;
const ROUNDS = 60;
const WARM_UP = 40;

/** A response that is written, without a socket that it goes to. */
class Answered extends ServerResponse {
  get writableFinished() {
    return true;
  }
}

/** What a request costs more where the one flag that it checks has guardrails: counting it, and bringing that to a sink which does nothing. */
module.exports = {
  title: 'what guardrails on errors and latency cost a request, of processor time',
  unit: 'µs',
  peers: ['ours'],
  async measure() {
    const sides = [appOf(false), appOf(true)];
    for (let round = 0; round < WARM_UP; round++) for (const side of sides) await thousands(side);
    const took = sides.map(() => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, side] of sides.entries()) took[i].push(await thousands(side));
    if (sides.some(({ written }, guarded) => written() > 0 !== guarded > 0))
      throw new Error('what was counted did not get to the sink');
    const [without, having] = took.map((times) => times.sort((a, b) => a - b)[ROUNDS >> 2]);
    return having - without;
  },
  targets: (of) => [atMost(2, of.ours, ' µs')],
};

function appOf(guarded) {
  const load = createRequire(TOP);
  const { FeatureFlag, createEngine, defineConfig } = load('gatekeeper-flags');
  const { errorRate, latency } = load('gatekeeper-flags/experiments');
  const { gatekeeper } = load('gatekeeper-flags/express');
  const { reportOf } = require('../../dist/report/report');
  class Rollout extends FeatureFlag {
    description = 'Measured';
    variants = { ON: 'ON', OFF: 'OFF' };
    off = 'OFF';
    rules = [{ name: 'part', rollout: 25, serve: 'ON' }];
    guardrails = guarded ? [errorRate().above('2x'), latency('p95').above('+500ms')] : [];
  }
  const results = { read: async () => ({ units: [], sums: [] }), histograms: async () => [] };
  const notes = { claim: async () => true, claims: async () => new Map(), forget: async () => {} };
  let batches = 0;
  const write = async () => void batches++;
  const sink = { kind: 'nowhere', results: { ...results, ...notes }, write, close: async () => {} };
  const flags = { ROLLOUT: new Rollout() };
  const engine = createEngine(defineConfig({ flags, user: (req) => req.user, sink: () => sink }));
  const { observer } = reportOf(engine);
  const [middleware, visitor, socket] = [gatekeeper(engine), crowd(), new Socket()];
  return { middleware, visitor, socket, observer, written: () => batches, on: 0, visits: 0 };
}

/** Microseconds of processor time a request, one in a hundred of which fails; what was counted is brought to the sink within that time. */
async function thousands(side) {
  const { middleware, visitor, socket, observer } = side;
  const start = process.cpuUsage();
  for (let i = 0; i < REQUESTS; i++) {
    const req = keep(i, new IncomingMessage(socket));
    req.user = visitor(side.visits++);
    const res = new Answered(req);
    middleware(req, res, () => {
      if (req.gk.ff('ROLLOUT', 'ON')) side.on++;
    });
    res.statusCode = i % 100 === 0 ? 500 : 200;
    res.emit('close');
  }
  await observer?.flush();
  const { user: took, system } = process.cpuUsage(start);
  return (took + system) / REQUESTS;
}
