export { Experiment, type LayerShare } from './experiment';
export {
  conversion,
  count,
  errorRate,
  latency,
  mean,
  ratio,
  type Metric,
  type MetricOptions,
  type Quantile,
} from './metric';
export type { Above, Action, Below, MetricGuardrail, Trip } from './guardrails/guardrail';
export { guardrailReadings, type ArmReading, type GuardrailReading, type GuardrailState } from './guardrails/readings';
export { beta } from './stats/distributions/beta';
export { chiSquare } from './stats/distributions/chi-square';
export { normal } from './stats/distributions/normal';
export { studentT } from './stats/distributions/student-t';
export { isNotComputable, type NotComputable, type NotComputableReason, type Outcome } from './stats/outcome';
export type { Interval, PValue } from './stats/p-value';
export {
  momentsOfProportion,
  momentsOfRatio,
  momentsOfSums,
  type Moments,
  type Proportion,
  type RatioSums,
  type Sums,
} from './stats/arms';
export { newcombe, pooledZ, proportionTest, wilson, type ProportionTest, type ZTest } from './stats/proportions';
export { fisherExact } from './stats/fisher';
export { welch, type WelchTest } from './stats/welch';
export { deltaLift, fiellerLift, type DeltaLift, type Lift, type LiftOptions } from './stats/lift';
export { rampSampleRatio, sampleRatio, type RampSampleRatio, type SampleRatio, type Split } from './stats/sample-ratio';
export { benjaminiHochberg, holm } from './stats/multiple';
export type { Design, Effect, EffectOnMean, EffectOnProportion } from './stats/design';
export { power, sampleSize, type SampleSize, type Units } from './stats/sample-size';
export { powerT, sampleSizeT } from './stats/sample-size-t';
export { minimumDetectableEffect, minimumDetectableLift, type Baseline } from './stats/minimum-detectable-effect';
export { runTime, type RunTime } from './stats/run-time';
export { nonInferiority, type Margin, type NonInferiority } from './stats/non-inferiority';
export { rateRatio, type Rate, type RateRatio } from './stats/rate-ratio';
export {
  confidenceBounds,
  confidenceSequence,
  type ConfidenceBounds,
  type ConfidenceSequence,
  type Estimate,
  type SequenceOptions,
} from './stats/confidence-sequence';
export { eValue, type Events, type EValue, type EValueOptions } from './stats/e-value';
export { chanceToWin, type ChanceToWin, type Prior } from './stats/chance-to-win';
export { readPrimary, type PrimaryDesign } from './stats/primary';
export { verdict, type Because, type Call, type Findings, type Primary, type Verdict } from './stats/verdict';
export { analyse, type AnalyseOptions } from './report/analyse';
export { reportMarkdown } from './report/markdown';
export type {
  ArmUnits,
  Daily,
  ExperimentReport,
  GuardrailReport,
  Health,
  MetricReport,
  Plan,
  SplitStep,
  TreatmentReport,
  Watched,
} from './report/report';
export { experimentSize, type SizeAnswer, type SizeQuestion } from './report/size';
