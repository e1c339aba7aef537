import type { MetricGuardrail } from '../guardrails/guardrail';
import type { Moments } from '../stats/arms';
import { confidenceBounds } from '../stats/confidence-sequence';
import { isNotComputable } from '../stats/outcome';
import { readPrimary } from '../stats/primary';
import { rampSampleRatio, type RampSampleRatio, type Split } from '../stats/sample-ratio';
import { verdict, type Primary, type Verdict } from '../stats/verdict';
import { exactP } from './compare';
import { pairOf, type Design } from './design';
import { readGuardrail } from './guardrails';
import { momentsOf } from './moments';
import { daysUntil, plannedUnits } from './plan';
import type { Standing } from './standing';

/** A state, and how many days are left until it is judged: none where it is the one that a win may be called on. */
export interface Look {
  readonly standing: Standing;
  readonly days: number;
  readonly daysLeft: number;
}

/** The verdict's table, applied to one treatment. */
export function judge(design: Design, treatment: string, look: Look, guardrailTripped: boolean): Verdict {
  const { standing, days, daysLeft } = look;
  const statusOf = (one: MetricGuardrail) => readGuardrail(one, design, standing, treatment).status;
  return verdict({
    guardrailTripped,
    units: standing.exposed,
    unitsInTwoArms: standing.inTwoArms,
    smallestArm: Math.min(standing.unitsOf(design.control), standing.unitsOf(treatment)),
    sampleRatioMismatch: sampleRatio(standing, design).mismatch,
    days,
    planned: { units: 0, days: days + daysLeft },
    primary: readOf(design, treatment, look),
    // Only where it is judged does the table come to them.
    guardrails: daysLeft === 0 ? design.guardrails.map(statusOf) : [],
  });
}

function readOf(design: Design, treatment: string, look: Look): Primary {
  const { primary, alpha, effect } = design;
  const { standing } = look;
  const [control, treated] = [design.control, treatment].map((arm) => momentsOf(primary, standing, arm)) as [
    Moments,
    Moments,
  ];
  return readPrimary(control, treated, {
    ...{ plannedUnits: tuningUnits(design, treatment, look), better: primary.better, alpha },
    ...(effect !== undefined && control.mean !== 0 && { minimumDetectableEffect: effect * Math.abs(control.mean) }),
    p: exactP(primary, standing, design.control, treatment),
  });
}

/** Whether the sequence shows harm; the cheap part of `judge`, for the many days on which nothing else can be decided. */
export function isHarmed(design: Design, treatment: string, look: Look): boolean {
  const { primary, alpha, control } = design;
  const [one, other] = [control, treatment].map((arm) => momentsOf(primary, look.standing, arm)) as [Moments, Moments];
  if (Math.min(one.n, other.n) < 2) return false;
  const estimate = (other.mean - one.mean) * (primary.better === 'higher' ? 1 : -1);
  const now = { estimate, se: Math.sqrt(one.variance / one.n + other.variance / other.n), n: one.n + other.n };
  const bounds = confidenceBounds(now, { alpha: alpha / 4, tuningN: tuningUnits(design, treatment, look) });
  return !isNotComputable(bounds) && bounds.upper < 0;
}

/** A size for sequences to be narrowest at where none is known; they hold at every other as well. */
const SOME_UNITS = 1_000;

/** Where sequences are narrowest: at the planned size of both arms. */
export function tuningUnits(
  design: Design,
  treatment: string,
  { standing, days }: Pick<Look, 'standing' | 'days'>,
): number {
  const size = plannedUnits(design, standing);
  const until = Number.isFinite(design.ends) ? daysUntil(design, design.ends) : 0;
  const atPace = days > 0 && until > 0 ? (standing.units / days) * until : SOME_UNITS;
  return Math.max(1, (isNotComputable(size) ? atPace : size) * pairOf(design, treatment).both);
}

/** Each change of the shares is a step, held against its own. */
export function sampleRatio(
  { steps }: Standing,
  design: Design,
): RampSampleRatio & { readonly splits: readonly NamedSplit[] } {
  const splits = [...steps].map(([weights, units]) => splitOf(weights, units, design.flag.variants)).filter(isSplit);
  return { ...rampSampleRatio(splits), splits };
}

export interface NamedSplit extends Split {
  readonly variants: readonly string[];
}

const isSplit = ({ weights }: Split) => weights.length >= 2;

/** Reads shares such as `CONTROL:50,ONE_PAGE:50`; a name may have colons and commas in it. */
function splitOf(text: string, units: ReadonlyMap<string, number>, variants: readonly string[]): NamedSplit {
  const longestFirst = [...variants].sort((a, b) => b.length - a.length);
  const arms: { variant: string; weight: number }[] = [];
  for (let rest = text; rest !== '';) {
    const known = longestFirst.find(
      (variant) => /^:[\d.e+-]+(,|$)/.test(rest.slice(variant.length)) && rest.startsWith(variant),
    );
    const [whole = rest, name = '', weight = ''] =
      /^(.*?):([\d.e+-]+)(?:,|$)/s.exec(known === undefined ? rest : rest.slice(known.length)) ?? [];
    arms.push({ variant: known ?? name, weight: Number(weight) });
    rest = rest.slice((known?.length ?? 0) + whole.length);
  }
  const split = arms.filter(({ weight }) => weight > 0);
  return {
    variants: split.map(({ variant }) => variant),
    observed: split.map(({ variant }) => units.get(variant) ?? 0),
    weights: split.map(({ weight }) => weight),
  };
}
