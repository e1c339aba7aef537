import { createHash } from 'node:crypto';
import type { Batch } from './sink';

/** Begins what is not kept as it is. */
const MARK = '\u0001';
const HASHED = `${MARK}sha256:`;
/** Longer names are kept as their hash: four of them fit into a key of an index, which takes 2,704 bytes. */
const LONGEST = 160;
/** What no database keeps as it was: U+0000, and halves of surrogate pairs. Nor is nothing a key to all of them. */
const UNKEPT = /[\0\p{Surrogate}]/u;

/** A name as tables keep it: any text whatever, and no two alike. `long` is told what stands for a name that is too long for a key. */
export function kept(name: string, long?: Map<string, string>): string {
  const text = name === '' || name.startsWith(MARK) || UNKEPT.test(name) ? MARK + JSON.stringify(name) : name;
  if (text.length <= LONGEST) return text;
  const hash = HASHED + createHash('sha256').update(text).digest('base64url');
  long?.set(hash, text);
  return hash;
}

/** The name that was kept so. */
export function original(text: string, long: ReadonlyMap<string, string>): string {
  const whole = text.startsWith(HASHED) ? long.get(text)! : text;
  return whole.startsWith(MARK) ? (JSON.parse(whole.slice(1)) as string) : whole;
}

/** A batch with its names as tables keep them, and what stands for those that are too long. */
export function keptBatch(batch: Batch): { readonly batch: Batch; readonly long: ReadonlyMap<string, string> } {
  const long = new Map<string, string>();
  return {
    long,
    batch: {
      id: kept(batch.id),
      exposures: batch.exposures.map((one) => ({
        ...one,
        experiment: kept(one.experiment),
        arm: kept(one.arm, long),
        unit: kept(one.unit),
        weights: kept(one.weights, long),
      })),
      events: batch.events.map((one) => ({
        ...one,
        experiment: kept(one.experiment),
        unit: kept(one.unit),
        event: kept(one.event, long),
      })),
      histograms: batch.histograms.map((one) => ({
        ...one,
        experiment: kept(one.experiment),
        arm: kept(one.arm, long),
        writer: kept(one.writer, long),
      })),
    },
  };
}
