import { GatekeeperError } from '../../errors';
import { experimentSize, type SizeAnswer } from '../../experiments/report/size';
import { isNotComputable } from '../../experiments/stats/outcome';
import { REASONS } from '../../experiments/report/words';
import type { Visit } from '../visit';

/** The size of an experiment that is being planned: what was asked for, as it was typed, and the answer. */
export interface Calculator {
  readonly kind: 'conversion' | 'mean';
  readonly asked: { readonly [F in Field]: string };
  readonly answer?: SizeAnswer;
  readonly problem?: string;
}

type Field = (typeof FIELDS)[number];
const FIELDS = ['baseline', 'sd', 'effect', 'power', 'alpha', 'treatments', 'perDay'] as const;
/** What stands there before anything is typed. */
const FIRST: { readonly [F in Field]: string } = {
  baseline: '10',
  sd: '',
  effect: '10',
  power: '80',
  alpha: '5',
  treatments: '1',
  perDay: '2000',
};
const LONGEST = 30;

/** For the query's fields; percentages are written as such, `10` for 10 %. */
export function calculator({ req }: Visit): Calculator {
  const kind = req.query.kind === 'mean' ? 'mean' : 'conversion';
  const text = (field: Field) => {
    const value = req.query[field];
    return typeof value === 'string' ? value.trim().slice(0, LONGEST) : FIRST[field];
  };
  const asked = Object.fromEntries(FIELDS.map((field) => [field, text(field)])) as Calculator['asked'];
  try {
    return { kind, asked, ...answered(kind, asked) };
  } catch (error) {
    if (error instanceof GatekeeperError) return { kind, asked, problem: `Check what you wrote: ${error.message}.` };
    throw error;
  }
}

function answered(kind: Calculator['kind'], asked: Calculator['asked']): Pick<Calculator, 'answer' | 'problem'> {
  const number = (field: Field) => Number(asked[field].replace(/%$/, '').replaceAll(',', '') || NaN);
  const fraction = (field: Field) => number(field) / 100;
  const isMean = kind === 'mean';
  const answer = experimentSize({
    baseline: isMean ? number('baseline') : fraction('baseline'),
    ...(isMean && { sd: number('sd') }),
    effect: fraction('effect'),
    power: fraction('power'),
    alpha: fraction('alpha'),
    treatments: number('treatments'),
    ...(asked.perDay !== '' && { perDay: number('perDay') }),
  });
  if (isNotComputable(answer)) return { problem: `There is no such size: ${REASONS[answer.notComputable]}.` };
  return { answer };
}
