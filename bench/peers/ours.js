const { createRequire } = require('node:module');

/** The built package, found by its own name. */
const load = createRequire(require.resolve('../../package.json'));
const { FeatureFlag, createEngine, defineConfig } = load('gatekeeper-flags');

exports.title = 'gatekeeper-flags';

exports.start = (flags) => {
  const engine = engineOf(flags);
  return {
    for: (user) => engine.for({ user }),
    on: (gk, flag) => gk.ff(flag, 'ON'),
    all: (gk) => gk.all(),
  };
};

exports.express = (flags) => {
  const { gatekeeper } = load('gatekeeper-flags/express');
  return { middleware: gatekeeper(engineOf(flags)), on: (req, flag) => req.gk.ff(flag, 'ON') };
};

function engineOf(flags) {
  const named = flags.map((flag) => [flag.name, definitionOf(flag)]);
  return createEngine(defineConfig({ flags: Object.fromEntries(named), user: (req) => req.user }));
}

function definitionOf({ ids, coded }) {
  if (coded) return new Coded();
  return ids ? new Listed(ids) : new Everyone();
}

class OnOff extends FeatureFlag {
  description = 'Measured';
  variants = { ON: 'ON', OFF: 'OFF' };
  off = 'OFF';
}

class Everyone extends OnOff {
  rules = [{ name: 'everyone', serve: 'ON' }];
}

class Coded extends OnOff {
  getVariant({ user }) {
    return user.plan === 'growth' ? 'ON' : 'OFF';
  }
}

class Listed extends OnOff {
  constructor(ids) {
    super();
    this.overrides = { ON: ids };
  }
}

exports.FeatureFlag = FeatureFlag;
exports.startWith = (flags) => createEngine(defineConfig({ flags }));
