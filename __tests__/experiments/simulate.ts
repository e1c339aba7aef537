import { simulateGuardrails } from './guardrails/simulate';
import { conversion, revenue, seededRandom, simulate, type SimulatedMetric } from '../support/simulated-experiment';

/*
 * npm run simulate [-- runs [seed]]: how often the verdict, read daily, is wrong where there is nothing, and right where
 * there is something; and how often guardrails kill flags that harm nobody, and how soon those that do. docs/statistics.md
 * keeps the figures.
 */

const runs = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 20261121);
if (!(runs >= 1 && Number.isInteger(seed))) throw new Error('npm run simulate [-- runs [seed]]');

const DAYS = 14;
/** With 10 % converting, 14 days of these find 1.25 points more with a power of 0.80. */
const UNITS = 682;
const MDE = 0.0125;

const scenarios: { name: string; metric: SimulatedMetric; units: number }[] = [
  { name: 'A/A, 10 % convert', metric: conversion(0.1, MDE), units: UNITS },
  { name: 'A/A, 1 % converts', metric: conversion(0.01, 0.004), units: UNITS },
  { name: 'A/A, revenue: 5 % buy, lognormal amounts', metric: revenue(0.05, 30, 1), units: UNITS },
  { name: 'A/B, +1.25 points', metric: conversion(0.1, MDE, MDE), units: UNITS },
  { name: 'A/B, −1.25 points', metric: conversion(0.1, MDE, -MDE), units: UNITS },
  { name: 'A/B, −3 points', metric: conversion(0.1, MDE, -0.03), units: UNITS },
];

const percent = (count: number) => `${((100 * count) / runs).toFixed(2)} %`.padStart(8);

console.log(`${runs} experiments each, read daily for ${DAYS} days, seed ${seed}\n`);
for (const { name, metric, units } of scenarios) {
  const random = seededRandom(seed);
  const counts = { win: 0, harm: 0, harmEarly: 0, peeked: 0, days: 0 };
  for (let run = 1; run <= runs; run++) {
    const { ended, day, peeked } = simulate({ metric, unitsPerArmAndDay: units, days: DAYS }, random);
    if (ended.call === 'ship') counts.win++;
    if (ended.call === 'roll-back') counts.harm++;
    if (ended.call === 'roll-back' && day < DAYS) counts.harmEarly++;
    if (peeked) counts.peeked++;
    counts.days += day;
    if (process.stderr.isTTY && run % 500 === 0) process.stderr.write(`\r${name}: ${run} of ${runs}`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(
    `${name.padEnd(42)} called different ${percent(counts.win + counts.harm)}   ship ${percent(counts.win)}   ` +
      `roll back ${percent(counts.harm)} (early ${percent(counts.harmEarly)})   a fixed test peeked at ${percent(counts.peeked)}`,
  );
}

simulateGuardrails(Math.ceil(runs / 10), seed);
