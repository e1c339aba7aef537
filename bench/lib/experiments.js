const { createRequire } = require('node:module');

/** The built package, found by its own name. */
const load = createRequire(require.resolve('../../package.json'));
const { FeatureFlag, createEngine, defineConfig } = load('gatekeeper-flags');
const { Experiment, conversion } = load('gatekeeper-flags/experiments');

const HALVES = { A: 50, B: 50 };
const declared = { description: 'Measured', variants: { A: 'A', B: 'B' }, off: 'A', starts: '2026-01-01' };

class Split extends FeatureFlag {
  constructor() {
    super();
    Object.assign(this, declared, { rules: [{ name: 'everyone', split: HALVES }] });
  }
}

class Test extends Experiment {
  constructor() {
    super();
    const measured = { hypothesis: 'B is better', primary: conversion('purchase'), minimumDetectableEffect: '5%' };
    Object.assign(this, declared, { arms: HALVES, ...measured });
  }
}

/** Takes everything and keeps nothing: what a sink costs is no cost of a check. */
const nothing = () => ({ kind: 'nothing', write: async () => {}, close: async () => {} });

/** An engine with one flag: an experiment, or the same split without recording. */
exports.engineWith = (/** @type {boolean} */ recording) =>
  createEngine(defineConfig({ flags: { TEST: recording ? new Test() : new Split() }, sink: nothing }));
