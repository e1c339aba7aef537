import { boolean, list, number, object, ref, string, type Schema } from './schemas';

const date: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' };
const instant: Schema = { type: 'string', description: 'ISO 8601, in UTC' };
const fraction: Schema = { type: 'number', minimum: 0, maximum: 1 };
const interval: Schema = { ...list(number), minItems: 2, maxItems: 2 };
const state = { enum: ['scheduled', 'running', 'ended'] };
const verdict = {
  enum: [
    ...['rolled-back', 'invalid', 'too-early', 'roll-back', 'keep-running', 'ship', 'review', 'no-meaningful-effect'],
    'inconclusive',
  ],
};
const kind = { enum: ['conversion', 'count', 'mean', 'ratio'] };
const action = { enum: ['kill', 'hold', 'stop', 'notify'] };
const moments = object({ n: number, mean: number, variance: number });

/** A number, or why there is none. */
function outcome(schema: Schema): Schema {
  return { anyOf: [schema, ref('NotComputable')] };
}

const reading = object({ arm: string, units: number, unitsWith: number, 'requests?': number, 'value?': number });
const row = {
  ...{ experiment: string, description: string, hypothesis: string, 'owner?': string, state, starts: instant },
  ...{ days: number, plan: ref('Plan'), control: string, 'killed?': string },
};

/** What the API says of experiments. */
export const experimentSchemas: { readonly [name: string]: Schema } = {
  NotComputable: object({
    notComputable: { enum: ['no-data', 'too-few', 'zero-variance', 'control-near-zero', 'no-effect'] },
  }),
  Experiments: object({
    experiments: list(
      object({
        ...row,
        ...{ exposed: number, lately: list(number) },
        treatments: list(
          object({ variant: string, verdict, because: string, 'decided?': date, 'primary?': ref('Metric') }),
        ),
      }),
    ),
    failed: list(object({ experiment: string, problem: string })),
  }),
  Experiment: object({
    ...row,
    ...{ at: instant, 'ends?': instant, unit: string, remarks: list(string) },
    arms: list(object({ variant: string, share: fraction, units: number })),
    health: object({
      ...{ exposed: number, inTwoArms: number },
      sampleRatio: object({
        ...{ mismatch: boolean, p: outcome(fraction) },
        steps: list(
          object({ arms: list(object({ variant: string, weight: number, units: number })), p: outcome(fraction) }),
        ),
      }),
      perDay: list(object({ day: date, units: number })),
    }),
    watched: list(ref('Guardrail')),
    treatments: list(ref('Treatment')),
  }),
  Guardrail: object({
    ...{ name: string, rule: string, percent: number, action, sentence: string, over: { enum: ['day', 'step'] } },
    state: { enum: ['tripped', 'quiet', 'watching', 'no-control', 'off', 'unreadable'] },
    ...{ treatment: reading, 'control?': reading, as: { enum: ['percent', 'milliseconds', 'number'] } },
    ...{ 'threshold?': number, evidence: fraction, 'tripped?': object({ at: instant, reason: string }) },
  }),
  Plan: object({
    by: { enum: ['plannedUnits', 'minimumDetectableEffect', 'ends'] },
    ...{ 'effect?': number, 'units?': outcome(number), unitsPerDay: number },
    ...{ 'days?': number, 'daysLeft?': number, progress: fraction },
  }),
  Treatment: object({
    ...{ variant: string, verdict, because: string, why: string, hidden: boolean, alpha: fraction },
    ...{ 'daysLeft?': number, 'decided?': date, 'metrics?': list(ref('Metric')), 'family?': string },
    'guardrails?': list(
      object({
        ...{ name: string, action, status: { enum: ['non-inferior', 'inferior', 'unknown'] }, kind, 'unit?': string },
        ...{ 'reason?': string, 'control?': number, 'treatment?': number },
      }),
    ),
    'daily?': object({
      relative: boolean,
      points: list(object({ day: date, estimate: number, interval, sequence: interval })),
    }),
  }),
  Metric: object({
    ...{ name: string, kind, better: { enum: ['higher', 'lower'] }, 'unit?': string },
    ...{ role: { enum: ['primary', 'secondary'] }, control: moments, treatment: moments },
    difference: outcome(object({ value: number, interval })),
    lift: outcome(object({ lift: number, interval })),
    p: outcome(object({ p: fraction, logP: number, method: { enum: ['welch', 'fisher'] } })),
    ...{ 'adjusted?': fraction, chanceToWin: outcome(fraction), shown: { enum: ['better', 'worse', 'neither'] } },
  }),
  Calculator: object({
    kind: { enum: ['conversion', 'mean'] },
    asked: {
      type: 'object',
      additionalProperties: string,
      description: 'As it was typed; percentages as such',
    },
    'answer?': object({
      ...{ control: number, treatment: number, total: number },
      'time?': outcome(object({ days: number, weeks: number })),
      weekly: list(object({ weeks: number, units: number, effect: outcome(number) })),
    }),
    'problem?': string,
  }),
};
