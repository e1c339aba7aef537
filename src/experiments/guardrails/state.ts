import type { Flag } from '../../flag';
import { ACTOR } from './act';
import type { Comparison, Judged } from './comparisons';
import type { MetricGuardrail } from './guardrail';
import type { NotedTrip } from './ledger';
import type { ArmReading, GuardrailReading, GuardrailState } from './readings';
import { isTooEarly } from './too-early';
import type { FlagWatch, Moment, Watched } from './watch';
import { CONTROL, EVERYBODY, TREATMENT } from './window';
import { numbersInWords } from './words';

type Reading = GuardrailReading;

/** The readings of a flag: one for each guardrail, rule and treatment. */
export function readingsOf(
  watch: FlagWatch,
  now: Moment,
  judged: readonly Judged[] | undefined,
  trips: readonly NotedTrip[],
): readonly Reading[] {
  const why = judged === undefined ? 'the sink could not be read, or gives nothing back' : undefined;
  return watch.guardrails.flatMap((guardrail) => {
    const isLevel = guardrail.limit.kind === 'level';
    const rules = watch.watched(now).filter(({ rule }) => (rule === EVERYBODY) === isLevel);
    if (rules.length === 0) return [nothing(watch, guardrail, undefined, TREATMENT, 'no-control', NO_ROLLOUT)];
    return rules.flatMap((watched) =>
      watched.treatments.map((treatment): Reading => {
        const isOwn = (one: Comparison) =>
          one.guardrail === guardrail && one.watched.rule === watched.rule && one.treatment === treatment;
        const best = judged?.filter(isOwn).reduce<Judged | undefined>(telling, undefined);
        const noted = trips.findLast((one) => isOf(one, guardrail, watched, treatment));
        const off = offBecause(watch.flag, watched, now);
        const bare = (state: GuardrailState, sentence: string) =>
          nothing(watch, guardrail, watched, treatment, state, sentence);
        if (noted) return { ...bare('tripped', noted.trip.reason), ...noted.numbers, trip: noted.trip };
        if (off !== undefined) return bare('off', off);
        if (why !== undefined) return bare('unreadable', why);
        if (!isLevel && watched.control === undefined)
          return bare('no-control', `${watched.rule} is at ${watched.percent} %: there is nobody to compare with`);
        return reading(watch.flag, best, now, bare);
      }),
    );
  });
}

const NO_ROLLOUT = 'no rule has a rollout, so there is nobody to compare with';

/** Whether a trip is that of a reading. What was only held or told of is past once the percentage is another. */
function isOf(noted: NotedTrip, { name }: MetricGuardrail, { rule, percent }: Watched, treatment: string): boolean {
  const { trip, arm } = noted;
  const stays = trip.action === 'kill' || trip.action === 'stop' || noted.percent === percent;
  return stays && trip.guardrail === name && trip.rule === rule && arm === treatment;
}

/** Of days and the step: what trips, or else what says more. */
function telling(one: Judged | undefined, other: Judged): Judged {
  if (one === undefined) return other;
  const rank = ({ judgement: { tripped, enough, evidence } }: Judged) =>
    (tripped ? 4 : 0) + (enough ? 2 : 0) + evidence;
  return rank(other) > rank(one) ? other : one;
}

/** Why nobody gets what is watched, where that is so. */
export function offBecause(
  flag: Flag,
  { percent }: Pick<Watched, 'percent'>,
  { state, now }: Moment,
): string | undefined {
  const live = state.flags.get(flag.name);
  if (live?.killed?.startsWith(`killed by ${ACTOR}:`)) return 'killed, as a guardrail has tripped';
  if (live?.killed !== undefined) return live.killed;
  if (live?.pinned !== undefined) return `pinned to ${live.pinned} by live control`;
  if (flag.draft) return 'a draft';
  if (now < flag.starts) return 'not started';
  if (now >= flag.ends) return 'ended';
  return percent === 0 ? 'at 0 %' : undefined;
}

const NOT_ENOUGH = 'not enough data yet';
const HIDDEN = 'the experiment is judged by these numbers, and it is too early for them';

function reading(
  flag: Flag,
  judged: Judged | undefined,
  { now }: Moment,
  bare: (state: GuardrailState, sentence: string) => Reading,
): Reading {
  if (judged === undefined) return bare('watching', 'no data yet');
  const { guardrail, over, judgement } = judged;
  const { tripped, enough, ...numbers } = judgement;
  const words = numbersInWords(guardrail, judgement);
  const state = tripped ? 'tripped' : enough ? 'quiet' : 'watching';
  if (!tripped && isTooEarly(flag, guardrail, { now, enough }))
    return {
      ...bare(state, `${enough ? 'not shown to be passed' : NOT_ENOUGH}; ${HIDDEN}`),
      evidence: numbers.evidence,
      over,
    };
  const sentence = state === 'watching' ? `${NOT_ENOUGH}: ${words}` : words;
  return { ...bare(state, sentence), ...numbers, over };
}

function nothing(
  { flag }: FlagWatch,
  { name, action, limit, metric }: MetricGuardrail,
  watched: Watched | undefined,
  treatment: string,
  state: GuardrailState,
  sentence: string,
): Reading {
  const arm = (named: string): ArmReading => ({ arm: named, units: 0, unitsWith: 0, value: undefined });
  const as =
    metric.quantile !== undefined || metric.counted === '$request'
      ? 'milliseconds'
      : metric.kind === 'conversion'
        ? 'percent'
        : 'number';
  return {
    flag: flag.name,
    name,
    rule: watched?.rule ?? EVERYBODY,
    percent: watched?.percent ?? 100,
    action,
    state,
    sentence,
    over: limit.kind === 'level' ? 'day' : 'step',
    treatment: arm(treatment),
    control: limit.kind === 'level' ? undefined : arm(watched?.control ?? CONTROL),
    as,
    threshold: undefined,
    evidence: 0,
    trip: undefined,
  };
}
