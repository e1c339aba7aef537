const { createRequire } = require('node:module');

/** The built package, found by its own name. */
const load = createRequire(require.resolve('../../package.json'));
const { FeatureFlag, P, createEngine, defineConfig } = load('gatekeeper-flags');

exports.title = 'gatekeeper-flags';

exports.start = (flags) => {
  const engine = engineOf(flags);
  return {
    for: (user) => engine.for({ user }),
    on: (gk, flag) => gk.ff(flag, 'ON'),
    variant: (gk, flag) => gk.ffVariant(flag),
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

function definitionOf({ ids, coded, percent, where, arms }) {
  if (coded) return new Coded();
  if (arms) return new Split(arms);
  if (where || percent !== undefined) return new Part(percent, where);
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

class Part extends OnOff {
  constructor(rollout, where) {
    super();
    const when = where && { user: { plan: where.plan, country: P.union(...where.countries) } };
    this.rules = [{ name: 'part', when, rollout, serve: 'ON' }];
  }
}

class Split extends FeatureFlag {
  description = 'Measured';
  constructor(arms) {
    super();
    this.variants = Object.fromEntries(Object.keys(arms).map((arm) => [arm, arm]));
    this.off = Object.keys(arms)[0];
    this.rules = [{ name: 'everyone', split: arms }];
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
