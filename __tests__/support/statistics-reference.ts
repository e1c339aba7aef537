import {
  benjaminiHochberg,
  beta,
  chanceToWin,
  chiSquare,
  confidenceBounds,
  confidenceSequence,
  deltaLift,
  eValue,
  fiellerLift,
  fisherExact,
  holm,
  isNotComputable,
  minimumDetectableLift,
  momentsOfProportion,
  momentsOfRatio,
  momentsOfSums,
  newcombe,
  nonInferiority,
  normal,
  pooledZ,
  power,
  rateRatio,
  sampleRatio,
  sampleSize,
  sampleSizeT,
  studentT,
  welch,
  wilson,
  type Moments,
  type Outcome,
} from 'gatekeeper-flags/experiments';
import {
  betaBinomialChance,
  cuped,
  groupSequentialBounds,
  quantile,
  statsigSequence,
  winsorised,
  type Adjusted,
} from './statistics-later';

/** The number that these data do give. */
function must<T>(outcome: Outcome<T>): T {
  if (isNotComputable(outcome)) throw new Error(outcome.notComputable);
  return outcome;
}

/** As the reference file writes it: null where it is not computable. */
const orNull = <T, R>(outcome: Outcome<T>, read: (value: T) => R) =>
  isNotComputable(outcome) ? null : read(outcome as T);

interface Counts {
  xControl: number;
  nControl: number;
  xTreatment: number;
  nTreatment: number;
  alpha?: number;
}
interface Arms<A> {
  control: A;
  treatment: A;
  alpha: number;
}
type MeanSd = { mean: number; sd: number; n: number };
type MeanVariance = { mean: number; variance: number; n: number };
type SumN = { n: number; sum: number };

const ofCounts = ({ xControl, nControl, xTreatment, nTreatment }: Counts) =>
  [
    { n: nControl, successes: xControl },
    { n: nTreatment, successes: xTreatment },
  ] as const;
const ofProportion = ({ n, sum }: SumN) => momentsOfProportion({ n, successes: sum });
const ofSd = ({ mean, sd, n }: MeanSd): Moments => ({ n, mean, variance: sd ** 2 });
const z = (alpha: number) => normal.quantile(1 - alpha / 2);
const around = (middle: number, half: number) => [middle - half, middle + half];
const equalSplit = (a: number, b: number) => must(sampleRatio({ observed: [a, b], weights: [1, 1] })).p;

function proportions(input: Counts) {
  const alpha = input.alpha ?? 0.05;
  const [control, treatment] = ofCounts(input);
  const [c, t] = [momentsOfProportion(control), momentsOfProportion(treatment)];
  const delta = deltaLift(c, t, { alpha, distribution: 'normal' });
  const pooled = pooledZ(control, treatment);
  const unpooled = welch(c, t, { alpha });
  const logSd = Math.sqrt((1 - c.mean) / input.xControl + (1 - t.mean) / input.xTreatment);
  const logRatio = Math.log(t.mean / c.mean);
  return {
    rateControl: c.mean,
    rateTreatment: t.mean,
    absDiff: orNull(unpooled, (test) => test.difference),
    zPooled: orNull(pooled, (test) => test.z),
    pPooled: orNull(pooled, (test) => test.p),
    zUnpooled: orNull(unpooled, (test) => test.t),
    pUnpooled: orNull(unpooled, (test) => 2 * normal.sf(Math.abs(test.t))),
    ciAbsWald: orNull(unpooled, (test) => around(test.difference, z(alpha) * test.se)),
    ciAbsNewcombe: newcombe(control, treatment, { alpha }),
    pFisher: orNull(fisherExact(control, treatment), (test) => test.p),
    relLift: orNull(fiellerLift(c, t, { alpha }), (lift) => lift.lift),
    seRelLiftDelta: orNull(delta, (lift) => lift.se),
    ciRelLiftDeltaZ: orNull(delta, (lift) => lift.interval),
    ciRelLiftLogKatz: around(logRatio, z(alpha) * logSd).map(Math.expm1),
  };
}

/** What GrowthBook's sequential analysis takes: the lift by the delta method, and the units of both arms. */
function liftNow(c: Moments, t: Moments) {
  const { lift, se } = must(deltaLift(c, t));
  return { estimate: lift, se, n: c.n + t.n };
}

interface TwoRates {
  p1: number;
  p2: number;
  alpha: number;
  power: number;
  twoSided: boolean;
}

function sizeOfProportions({ p1, p2, alpha, power, twoSided }: TwoRates) {
  const design = { alpha, power, sides: twoSided ? (2 as const) : (1 as const) };
  const size = must(sampleSize({ control: p1, treatment: p2 }, design));
  const variances = { variance: p1 * (1 - p1), varianceOfTreatment: p2 * (1 - p2) };
  return {
    nPerArmExact: size.exact.control,
    nPerArm: size.treatment,
    nPerArmClosedFormPooled: size.exact.treatment,
    nPerArmUnpooled: must(sampleSize({ difference: p2 - p1, ...variances }, design)).exact.control,
    nPerArmCohenH: cohen(2 * Math.asin(Math.sqrt(p2)) - 2 * Math.asin(Math.sqrt(p1)), alpha, power),
    nPerArmEvanMiller: evanMiller(p1, p2 - p1, alpha, power),
    nPerArmPostHogRule: (16 * p1 * (1 - p1)) / (p2 - p1) ** 2,
  };
}

/** For Cohen's h, or d: the size whose power is right with significance of the wrong sign counted in. */
function cohen(h: number, alpha: number, power: number) {
  let [low, high] = [0, 10];
  while (high - low > 1e-14) {
    const shift = (low + high) / 2;
    if (normal.sf(z(alpha) - shift) + normal.cdf(-z(alpha) - shift) < power) low = shift;
    else high = shift;
  }
  return 2 * (low / h) ** 2;
}

/** evanmiller.org's sample size: the null's variance is the baseline's alone. */
function evanMiller(p: number, difference: number, alpha: number, power: number) {
  const [one, other] = [2 * p * (1 - p), p * (1 - p) + (p + difference) * (1 - p - difference)];
  return ((z(alpha) * Math.sqrt(one) + normal.quantile(power) * Math.sqrt(other)) / difference) ** 2;
}

function adjustments(p: readonly number[]) {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const stepUp = (factor: (rank: number) => number) => {
    const adjusted: number[] = [];
    let least = 1;
    order.forEach((index, rank) => (adjusted[index] = least = Math.min(least, factor(rank) * p[index]!)));
    return adjusted;
  };
  const harmonic = p.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  return {
    holm: holm(p),
    BH: benjaminiHochberg(p),
    bonferroni: p.map((one) => Math.min(1, one * p.length)),
    hochberg: stepUp((rank) => rank + 1),
    BY: stepUp((rank) => (harmonic * p.length) / (p.length - rank)),
  };
}

const distributions: Record<string, (...args: number[]) => number> = {
  normalCdf: (x) => normal.cdf(x!),
  normalQuantile: (p) => normal.quantile(p!),
  tTwoSidedP: (t, df) => Math.exp(studentT.logTwoSided(t!, df!)),
  tQuantile: (p, df) => studentT.quantile(p!, df!),
  chi2Sf: (x, df) => chiSquare.sf(x!, df!),
  betaCdf: (x, a, b) => beta.cdf(x!, a!, b!),
};

/** `got` to as many decimals as the published figures were printed with. */
function printed(got: unknown, published: unknown): unknown {
  if (typeof published === 'number')
    return Number((got as number).toFixed(String(published).split('.')[1]?.length ?? 0));
  const keys = Object.keys(published as object);
  const of = (part: unknown, key: string) => (part as Record<string, unknown>)[key];
  return Object.fromEntries(keys.map((key) => [key, printed(of(got, key), of(published, key))]));
}

const PUBLISHED: Record<string, (input: never) => object> = {
  evanMiller: ({ p, deltaAbs, alpha, power }: { p: number; deltaAbs: number; alpha: number; power: number }) => ({
    nPerArm: evanMiller(p, deltaAbs, alpha, power),
  }),
  cookieCats: ({ arms }: { arms: Record<'gate_30' | 'gate_40', Record<string, number>> }) => {
    const day = (key: string) =>
      proportions({
        xControl: arms.gate_30[key]!,
        nControl: arms.gate_30.n!,
        xTreatment: arms.gate_40[key]!,
        nTreatment: arms.gate_40.n!,
      });
    const [first, seventh] = [day('retention_1'), day('retention_7')];
    return {
      d1Control: first.rateControl,
      d1Treatment: first.rateTreatment,
      d7Control: seventh.rateControl,
      d7Treatment: seventh.rateTreatment,
      d1Z: first.zPooled,
      d1P: first.pPooled,
      d7DiffPp: 100 * seventh.absDiff!,
      d7CiPp: seventh.ciAbsWald!.map((end) => 100 * end),
      d7P: seventh.pPooled,
      d7RelPct: 100 * seventh.relLift!,
    };
  },
  udacity: ({ control, experiment }: Record<'control' | 'experiment', Record<string, number>>) => {
    const share = (key: string) => {
      const n = control[key]! + experiment[key]!;
      return { observed: control[key]! / n, interval: around(0.5, z(0.05) * Math.sqrt(0.25 / n)) };
    };
    const difference = (key: string) => {
      const arms = [control, experiment].map((arm) => ({ n: arm.clicks23d!, successes: arm[key]! }));
      const diff = arms[1]!.successes / arms[1]!.n - arms[0]!.successes / arms[0]!.n;
      // The pooled standard error is the difference over pooled z.
      return { diff, interval: around(diff, z(0.05) * Math.abs(diff / must(pooledZ(arms[0]!, arms[1]!)).z)) };
    };
    const [pageviews, clicks] = [share('pageviews'), share('clicksAll')];
    const [gross, net] = [difference('enrollments'), difference('payments')];
    return {
      srmObservedPageviews: pageviews.observed,
      srmCiPageviews: pageviews.interval,
      srmObservedClicks: clicks.observed,
      srmCiClicks: clicks.interval,
      grossDiff: gross.diff,
      grossCi: gross.interval,
      netDiff: net.diff,
      netCi: net.interval,
      evanMillerGross: evanMiller(0.20625, 0.01, 0.05, 0.8),
      evanMillerNet: evanMiller(0.1093125, 0.0075, 0.05, 0.8),
    };
  },
};

/** For each category of the reference file, what the library says to a case's input, in the words of the file. */
export const answers = {
  two_proportion: proportions,
  edge: proportions,
  relative_lift_growthbook: ({ control, treatment, alpha }: Arms<SumN>) => {
    const { lift, interval, p, se } = must(deltaLift(ofProportion(control), ofProportion(treatment), { alpha }));
    return { lift, ci: interval, pValue: p, stddev: se };
  },
  welch_t: ({ control, treatment, alpha }: Arms<MeanSd>) => {
    const { difference, interval, ...test } = must(welch(ofSd(control), ofSd(treatment), { alpha }));
    return { diff: difference, ci: interval, ...test };
  },
  relative_lift_delta: ({ control, treatment, alpha }: Arms<MeanSd>) => {
    const [c, t] = [ofSd(control), ofSd(treatment)];
    const { interval, p, ...lift } = must(deltaLift(c, t, { alpha }));
    const ciZ = must(deltaLift(c, t, { alpha, distribution: 'normal' })).interval;
    return { ...lift, ci: interval, ciZ, pValue: p };
  },
  relative_lift_fieller: ({ alpha, ...input }: Counts) => {
    const [c, t] = ofCounts(input).map(momentsOfProportion) as [Moments, Moments];
    return { ci: must(fiellerLift(c, t, { alpha, distribution: 'normal' })).interval };
  },
  ratio_metric: ({
    control,
    treatment,
    alpha,
  }: Arms<Record<'n' | 'sumM' | 'sumM2' | 'sumD' | 'sumD2' | 'sumMD', number>>) => {
    const [c, t] = [control, treatment].map(({ n, sumM, sumM2, sumD, sumD2, sumMD }) =>
      momentsOfRatio({
        n,
        sum: sumM,
        sumSquares: sumM2,
        sumDenominator: sumD,
        sumDenominatorSquares: sumD2,
        sumProducts: sumMD,
      }),
    ) as [Moments, Moments];
    const [lift, test] = [must(deltaLift(c, t, { alpha })), must(welch(c, t, { alpha }))];
    return {
      ratioControl: c.mean,
      ratioTreatment: t.mean,
      varianceControl: c.variance,
      varianceTreatment: t.variance,
      relLift: lift.lift,
      relCi: lift.interval,
      relP: lift.p,
      absDiff: test.difference,
      absCi: test.interval,
    };
  },
  cuped: ({ control, treatment, alpha }: Arms<Adjusted>) => {
    const { theta, corr, control: c, treatment: t, seLift } = cuped(control, treatment);
    const test = must(welch(c.adjusted, t.adjusted, { alpha }));
    const relLift = test.difference / c.unadjusted.mean;
    const unadjusted = must(deltaLift(c.unadjusted, t.unadjusted, { alpha }));
    return {
      theta,
      corr,
      adjDiff: test.difference,
      adjDiffCi: test.interval,
      adjP: test.p,
      relLift,
      relCi: around(relLift, seLift * studentT.quantile(1 - alpha / 2, test.df)),
      unadjustedRelLift: unadjusted.lift,
      unadjustedRelCi: unadjusted.interval,
    };
  },
  sequential_asymptotic_cs: ({ control, treatment, alpha, tuningN }: Arms<SumN> & { tuningN: number }) => {
    const now = liftNow(ofProportion(control), ofProportion(treatment));
    const { interval, p } = must(confidenceSequence(now, { alpha, tuningN }));
    const log = -2 * Math.log(alpha);
    return { ...now, rho: Math.sqrt((log + Math.log(log + 1)) / tuningN), ci: interval, pValue: p };
  },
  sequential_asymptotic_cs_one_sided: ({ control, treatment, alpha, tuningN }: Arms<SumN> & { tuningN: number }) => {
    const now = liftNow(ofProportion(control), ofProportion(treatment));
    const { lower, upper } = must(confidenceBounds(now, { alpha, tuningN }));
    return { ...now, lowerBound: lower, upperBound: upper };
  },
  sequential_msprt_statsig: ({ alpha = 0.05, ...input }: Counts) => {
    const [c, t] = ofCounts(input).map(momentsOfProportion) as [Moments, Moments];
    return statsigSequence(c, t, alpha);
  },
  // Howard's normal mixture, as Eppo writes it, is the same sequence.
  sequential_howard_eppo: ({ confidence, tuningN, ...input }: Counts & { confidence: number; tuningN: number }) => {
    const [c, t] = ofCounts(input).map(momentsOfProportion) as [Moments, Moments];
    const now = liftNow(c, t);
    const alpha = 1 - confidence;
    const { interval } = must(confidenceSequence(now, { alpha, tuningN }));
    const log = -2 * Math.log(alpha);
    return {
      lift: now.estimate,
      se: now.se,
      rho: tuningN / (log + Math.log(log + 1)),
      B: (interval[1] - now.estimate) / now.se,
      ci: interval,
    };
  },
  group_sequential_alpha_spending: (input: {
    informationFractions: number[];
    alphaTwoSided: number;
    spending: string;
    gamma?: number;
  }) => {
    const { informationFractions, alphaTwoSided, gamma } = input;
    const oneSided = alphaTwoSided / 2;
    const spent = informationFractions.map((t) =>
      gamma === undefined ? 2 * normal.sf(z(oneSided) / Math.sqrt(t)) : oneSided * t ** gamma,
    );
    const zBounds = groupSequentialBounds(informationFractions, spent);
    return { zBounds, nominalPTwoSided: zBounds.map((bound) => 2 * normal.sf(bound)) };
  },
  bayesian_gaussian: ({
    control,
    treatment,
    alpha,
    priorMean,
    priorSd,
  }: Arms<SumN> & { priorMean: number; priorSd: number | null }) => {
    const prior = priorSd === null ? undefined : { mean: priorMean, sd: priorSd };
    const win = must(chanceToWin(liftNow(ofProportion(control), ofProportion(treatment)), { alpha, prior }));
    return {
      chanceToWin: win.chance,
      posteriorMean: win.mean,
      posteriorSd: win.sd,
      ci: win.interval,
      riskControl: win.riskOfControl,
      riskTreatment: win.riskOfTreatment,
    };
  },
  bayesian_beta_binomial: ({ priorAlpha, priorBeta, ...input }: Counts & { priorAlpha: number; priorBeta: number }) => {
    const [c, t] = ofCounts(input).map(
      ({ n, successes }) => [priorAlpha + successes, priorBeta + n - successes] as const,
    );
    return { pTreatmentBeatsControl: betaBinomialChance(c!, t!) };
  },
  sample_size_two_proportion: sizeOfProportions,
  power_two_proportion: ({ p1, p2, nPerArm, alpha }: { p1: number; p2: number; nPerArm: number; alpha: number }) => ({
    power: power({ control: p1, treatment: p2 }, { control: nPerArm, treatment: nPerArm }, { alpha }),
  }),
  sample_size_mean: (input: { delta: number; sd: number; alpha: number; power: number }) => {
    const effect = { difference: input.delta, variance: input.sd ** 2 };
    const design = { alpha: input.alpha, power: input.power };
    return {
      nPerArmT: must(sampleSizeT(effect, design)).exact.control,
      nPerArmZ: must(sampleSize(effect, design)).exact.control,
      nPerArmPostHogRule: (16 * effect.variance) / input.delta ** 2,
    };
  },
  sample_size_unequal: ({ p1, p2, treatmentShare, ...design }: TwoRates & { treatmentShare: number }) => {
    const effect = { difference: p2 - p1, variance: p1 * (1 - p1), varianceOfTreatment: p2 * (1 - p2) };
    const { exact } = must(sampleSize(effect, { alpha: design.alpha, power: design.power, treatmentShare }));
    return { nTotal: exact.control + exact.treatment, nTreatment: exact.treatment, nControl: exact.control };
  },
  power_mde_relative_growthbook: (
    input: Record<'mean' | 'variance' | 'lift' | 'nTotal' | 'nVariations' | 'alpha' | 'targetPower', number>,
  ) => {
    const { mean, variance, lift, alpha, targetPower } = input;
    const n = input.nTotal / input.nVariations;
    const units = { control: n, treatment: n };
    // The delta method's standard error of a lift is that of a difference of these variances.
    const effectOf = (difference: number) => ({
      difference,
      variance: (variance * (1 + difference) ** 2) / mean ** 2,
      varianceOfTreatment: variance / mean ** 2,
    });
    const mde = must(minimumDetectableLift({ mean, variance }, units, { alpha, power: targetPower }));
    const se = Math.sqrt((effectOf(lift).variance + effectOf(lift).varianceOfTreatment) / n);
    const wrongSign = normal.cdf(-z(alpha) - lift / se);
    return {
      power: must(power(effectOf(lift), units, { alpha })) + wrongSign,
      mde,
      powerAtMdePositiveTailOnly: must(power(effectOf(mde), units, { alpha })),
    };
  },
  srm: ({ observed, weights }: { observed: number[]; weights: number[] }) => {
    const { mismatch, ...test } = must(sampleRatio({ observed, weights }));
    return { ...test, srmAt0_001: mismatch };
  },
  multiple_comparison: ({ p }: { p: number[] }) => adjustments(p),
  winsorise: ({ values }: { values: number[] }) => {
    const [q01, q99, q05, q95] = [0.01, 0.99, 0.05, 0.95].map((p) => quantile(values, p)) as [
      number,
      number,
      number,
      number,
    ];
    const both = momentsOfSums(winsorised(values, q01, q99));
    return {
      q01,
      q99,
      q05,
      q95,
      mean: momentsOfSums(winsorised(values, -Infinity, Infinity)).mean,
      meanWinsor01_99: both.mean,
      sdWinsor01_99: Math.sqrt(both.variance),
      meanCapUpper95: momentsOfSums(winsorised(values, -Infinity, q95)).mean,
    };
  },
  guardrail_error_rate_ratio: (
    input: Record<'errorsTreatment' | 'nTreatment' | 'errorsControl' | 'nControl' | 'maxRatio', number>,
  ) => {
    const { errorsTreatment, nTreatment, errorsControl, nControl, maxRatio } = input;
    const [control, treatment] = [
      { events: errorsControl, exposure: nControl },
      { events: errorsTreatment, exposure: nTreatment },
    ];
    const against = must(rateRatio(control, treatment, { limit: maxRatio }));
    const [c, t] = [errorsControl / nControl, errorsTreatment / nTreatment];
    const logSd = Math.sqrt((1 - t) / errorsTreatment + (1 - c) / errorsControl);
    const ratio = must(against.ratio);
    const zLog = Math.log(ratio / maxRatio) / logSd;
    const zLinear =
      (t - maxRatio * c) / Math.sqrt((t * (1 - t)) / nTreatment + (maxRatio ** 2 * c * (1 - c)) / nControl);
    return {
      ratio,
      pRatioAboveMaxExact: against.above.p,
      pRatioAbove1Exact: must(rateRatio(control, treatment)).above.p,
      zLog,
      pLog: normal.sf(zLog),
      zLinear,
      pLinear: normal.sf(zLinear),
      ratioLowerBound95: ratio * Math.exp(-normal.quantile(0.95) * logSd),
      pointEstimateBreach: ratio > maxRatio,
    };
  },
  guardrail_non_inferiority_relative: (input: Arms<MeanSd> & { maxRelativeDecrease: number }) => {
    const { maxRelativeDecrease: margin, alpha } = input;
    const [c, t] = [ofSd(input.control), ofSd(input.treatment)];
    const shown = must(nonInferiority(c, t, { margin, alpha }));
    const lift = must(deltaLift(c, t, { alpha: 2 * alpha, distribution: 'normal' }));
    const difference = must(welch(c, t));
    return {
      lift: lift.lift,
      seLift: lift.se,
      t: shown.t,
      df: shown.df,
      pNonInferior: shown.nonInferior.p,
      pHarmBeyondMargin: shown.inferior.p,
      lowerBound95OneSided: lift.interval[0],
      upperBound95OneSided: lift.interval[1],
      pAnyHarm: studentT.cdf(difference.t, difference.df),
    };
  },
  guardrail_evalue: (input: Record<'errorsTreatment' | 'errorsControl' | 'treatmentShareOfUnits', number>) => {
    const { e, logE } = eValue({
      control: input.errorsControl,
      treatment: input.errorsTreatment,
      treatmentShare: input.treatmentShareOfUnits,
    });
    return { logE, tripAtE100: e >= 100 };
  },
  single_proportion_ci: ({ x, n, alpha }: { x: number; n: number; alpha: number }) => ({
    wilson: wilson({ n, successes: x }, { alpha }),
  }),
  published_asos: ({ control, treatment, alpha }: Arms<MeanVariance>) => {
    const { lift, se, interval } = must(deltaLift(control, treatment, { alpha, distribution: 'normal' }));
    const { t, df, p } = must(welch(control, treatment, { alpha }));
    return { t, df, p, lift, seLift: se, ciLiftZ: interval, srmP: equalSplit(control.n, treatment.n) };
  },
  published_asos_replay: (input: {
    looks: Record<'n' | 'mean' | 'var', [number, number]>[];
    alpha: number;
    tuningN: number;
  }) => ({
    looks: input.looks.map(({ n, mean, var: variance }) => {
      const [c, t] = [0, 1].map((arm) => ({ n: n[arm]!, mean: mean[arm]!, variance: variance[arm]! })) as [
        Moments,
        Moments,
      ];
      const { lift, se, interval } = must(deltaLift(c, t, { alpha: input.alpha, distribution: 'normal' }));
      return {
        lift,
        se,
        ciSequential: must(confidenceSequence(liftNow(c, t), input)).interval,
        ciFixedZ: interval,
        srmP: equalSplit(...n),
      };
    }),
  }),
  distribution_points: ({ points }: { points: { fn: string; args: number[] }[] }) => ({
    values: points.map(({ fn, args }) => distributions[fn]!(...args)),
  }),
  published_result: (input: object, expected: { published: object }) => {
    const which = 'arms' in input ? 'cookieCats' : 'experiment' in input ? 'udacity' : 'evanMiller';
    return { published: printed(PUBLISHED[which]!(input as never), expected.published) };
  },
};
