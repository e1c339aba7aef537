import { sampleSize } from 'gatekeeper-flags/experiments';
import { conversion, seededRandom, simulate } from '../../support/simulated-experiment';

/** Of so many simulated experiments, the share that ended with each call, and the share that a fixed test would have called. */
function shares(runs: number, effect: number) {
  const random = seededRandom(6);
  // 300 units per arm and day: the rates do not depend on it.
  const design = { metric: conversion(0.1, 0.02, effect), unitsPerArmAndDay: 300, days: 14 };
  const all = Array.from({ length: runs }, () => simulate(design, random));
  const share = (of: (run: (typeof all)[number]) => boolean) => all.filter(of).length / runs;
  return {
    win: share(({ ended }) => ended.call === 'ship'),
    harm: share(({ ended }) => ended.call === 'roll-back'),
    peeked: share(({ peeked }) => peeked),
  };
}

test('2,000 A/A tests watched daily for 14 days: fewer than 5 % are called; a fixed test peeked at calls a fifth', () => {
  const { win, harm, peeked } = shares(2_000, 0);
  expect(win + harm).toBeLessThan(0.05);
  expect(win).toBeGreaterThan(0.01);
  expect(peeked).toBeGreaterThan(0.15);
});

test('the planned power is kept: the size that finds an effect in 80 % of experiments does', () => {
  const effect = 0.019;
  const size = sampleSize({ control: 0.1, treatment: 0.1 + effect });
  expect(size).toMatchObject({ control: expect.closeTo(300 * 14, -3) });
  const { win } = shares(1_000, effect);
  expect(win).toBeGreaterThan(0.75);
  expect(win).toBeLessThan(0.85);
});

test('harm as large as the effect sought is mostly called, and never shipped', () => {
  const { win, harm } = shares(500, -0.02);
  expect(harm).toBeGreaterThan(0.7);
  expect(win).toBe(0);
});
