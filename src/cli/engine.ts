import type { Command } from 'commander';
import type { Config } from '../config';
import { unknownName } from '../errors';
import { patrolOf } from '../experiments/guardrails/patrol';
import type { Flag } from '../flag';
import { createEngine, type Engine } from '../index';
import { uncounted } from '../report/uncounted';
import type { Sink } from '../sinks/sink';
import { loadConfig, type LoadedConfig } from './config';
import { Failure, exitCodes } from './failure';
import { remark } from './output';

/** An engine over the config, for the time of one command. */
export interface Opened extends LoadedConfig {
  readonly engine: Engine<any>;
}

/**
 * Runs `use` with an engine under the live state of the configured store (with --no-store: of the code alone), and closes
 * it whatever comes of that. What it decides is not counted, and reported to nobody.
 * @throws Failure where the store cannot be read
 */
export async function withEngine(command: Command, use: (opened: Opened) => void | Promise<void>): Promise<void> {
  const loaded = await loadConfig(command);
  const hasOption = command.options.some(({ long }) => long === '--no-store');
  const way = hasOption ? '; --no-store answers from the code alone' : '';
  const engine = quietEngine(loaded.config, command.opts().store === false ? { store: undefined } : {}, way);
  try {
    await engine.ready;
    const { state, store, problem } = engine.status();
    const down = `the store (${store}) does not answer: ${problem ?? 'it took too long'}`;
    if (state === 'never-loaded') throw new Failure(`${down}${way}`, exitCodes.environment);
    if (state === 'stale') remark(`${down}; this is the state as it was last read`);
    await use({ ...loaded, engine });
  } finally {
    await engine.close();
  }
}

/** An engine that tells nobody of what it decides: no counts, no exposures, no log lines, no `onError`; and whose guardrails rest. */
export function quietEngine(config: Config<any>, options: object = {}, way = ''): Engine<any> {
  const quiet = { logger: { warn() {}, error() {} }, onError: undefined, sink: blindSink, strict: false };
  try {
    const engine = createEngine({ ...config, options: { ...config.options, ...quiet, ...options } });
    patrolOf(engine)?.close(); // who only looks lets no guardrail act
    return uncounted(engine);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`the store cannot be opened: ${why}${way}`, exitCodes.environment);
  }
}

/** Takes nothing and gives nothing back, so that looking at flags opens no database of experiments. */
const blindSink = (): Sink => ({ kind: 'none', async write() {}, async close() {} });

/** @throws Failure that suggests the nearest name where there is no such flag */
export function flagOf(config: Config<any>, name: string): Flag {
  const flag = config.compiled.get(name);
  if (flag) return flag;
  const names = [...config.compiled.keys()];
  throw new Failure(
    unknownName('flag', name, names, names.length > 0 ? 'see: npx gatekeeper list' : 'there are none yet'),
  );
}

/** @throws Failure that suggests the nearest name where the flag has no such variant */
export function variantOf(flag: Flag, name: string): string {
  if (flag.variants.includes(name)) return name;
  throw new Failure(unknownName(`variant of ${flag.name}`, name, flag.variants, `it has ${flag.variants.join(', ')}`));
}
