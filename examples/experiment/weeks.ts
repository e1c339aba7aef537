// Three weeks of that experiment in a few seconds: a clock of our own, visitors by chance, and the report at the end of
// the first day, the first week and the last.
// Run it: npx tsx examples/experiment/weeks.ts
import { createEngine } from 'gatekeeper-flags';
import { analyse, reportMarkdown } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import { configWith } from './flags';

const START = Date.parse('2026-11-01');
const DAY = 24 * 60 * 60 * 1000;
const VISITORS_A_DAY = 1_000;

async function run() {
  let now = START;
  const engine = createEngine(configWith({ now: () => now, sink: () => memorySink() }));
  const random = seeded(7);
  for (let day = 1; day <= 21; day++) {
    for (let index = 0; index < VISITORS_A_DAY; index++) {
      now += DAY / VISITORS_A_DAY;
      const gk = engine.for({ visitor: `${day}-${index}` });
      const orders = gk.ff('BUY_BUTTON', 'ADD_TO_BASKET') ? 0.13 : 0.1;
      if (random() >= orders) continue;
      gk.track('order');
      gk.track('revenue', { value: Math.round(1000 + random() * 6000) / 100 });
    }
    if ([1, 7, 21].includes(day)) console.log(`\n${reportMarkdown(await analyse(engine, 'BUY_BUTTON'))}\n`);
  }
  await engine.close();
}

/** Numbers by chance, the same at each run (mulberry32). */
function seeded(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

void run();
