import { checkBetween0And1, checkCount, checkNotNegative, checkPositive } from '../stats/check';
import type { Effect } from '../stats/design';
import { minimumDetectableEffect } from '../stats/minimum-detectable-effect';
import { isNotComputable, type Outcome } from '../stats/outcome';
import { runTime, type RunTime } from '../stats/run-time';
import { sampleSize } from '../stats/sample-size';

/** What an experiment is planned with. */
export interface SizeQuestion {
  /** The control's conversion rate, as a fraction; with `sd`, its mean. */
  readonly baseline: number;
  /** The standard deviation of one unit, where the metric is no conversion. */
  readonly sd?: number;
  /** The relative change that is worth finding, as a fraction: 0.05 is 5 %. */
  readonly effect: number;
  /** 0.05 and 0.8 unless said. Alpha is divided by the number of treatments. */
  readonly alpha?: number;
  readonly power?: number;
  /** Arms beside the control; 1 unless said. */
  readonly treatments?: number;
  /** Each treatment's share of all units, as a fraction; equal shares unless said. */
  readonly share?: number;
  /** New units a day, of all arms. */
  readonly perDay?: number;
}

/** The size it takes, and how long that is. */
export interface SizeAnswer {
  readonly control: number;
  /** Of each treatment. */
  readonly treatment: number;
  readonly total: number;
  /** Where it is known how many units come by a day. */
  readonly time?: Outcome<RunTime>;
  /** The relative change that so many whole weeks would find; of a conversion, upwards. */
  readonly weekly: readonly { readonly weeks: number; readonly units: number; readonly effect: Outcome<number> }[];
}

const WEEKS = [1, 2, 3, 4, 6, 8, 12];
const MOST_WEEKS = 104;

/**
 * The size of an experiment, and what each week would find.
 * @throws GatekeeperError `field-invalid`
 */
export function experimentSize(question: SizeQuestion): Outcome<SizeAnswer> {
  const { baseline, sd, effect, alpha = 0.05, power = 0.8, treatments = 1, perDay } = question;
  const { share = 1 / (treatments + 1) } = question;
  check(question, share, treatments);
  const all = { alpha: alpha / treatments, power };
  const ofControl = 1 - treatments * share;
  const treatmentShare = share / (share + ofControl);
  const size = sampleSize(effectOf(baseline, sd, effect), { ...all, treatmentShare });
  if (isNotComputable(size)) return size;
  const { control, treatment } = size;
  const total = control + treatments * treatment;
  const time = perDay === undefined ? undefined : runTime(total, perDay);
  const taken = time && !isNotComputable(time) && time.weeks <= MOST_WEEKS ? [time.weeks] : [];
  const weeks = [...new Set([...WEEKS, ...taken])].sort((a, b) => a - b);
  const known = sd === undefined ? { control: baseline } : { variance: sd * sd };
  const after = (count: number, units: number) => {
    const both = { control: Math.round(units * ofControl), treatment: Math.round(units * share) };
    const found = minimumDetectableEffect(known, both, all);
    return { weeks: count, units, effect: isNotComputable(found) ? found : found / Math.abs(baseline) };
  };
  return {
    ...{ control, treatment, total },
    ...(time && { time }),
    weekly:
      perDay === undefined || perDay < 1 ? [] : weeks.map((count) => after(count, Math.round(perDay * count * 7))),
  };
}

function effectOf(baseline: number, sd: number | undefined, effect: number): Effect {
  if (sd !== undefined) return { difference: effect * baseline, variance: sd * sd };
  return { control: baseline, treatment: baseline * (1 + effect) };
}

function check({ baseline, sd, effect, perDay = 0 }: SizeQuestion, share: number, treatments: number): void {
  checkPositive('effect', effect);
  if (sd === undefined) {
    checkBetween0And1('baseline', baseline);
    checkBetween0And1('baseline with the effect', baseline * (1 + effect));
  } else {
    checkPositive('sd', sd);
    checkPositive('baseline', Math.abs(baseline));
  }
  checkCount('treatments', treatments);
  checkPositive('treatments', treatments);
  checkBetween0And1('share', share);
  checkBetween0And1('share of the control', 1 - treatments * share);
  checkNotNegative('perDay', perDay);
}
