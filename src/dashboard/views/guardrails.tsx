import { SHOWN } from '../../experiments/report/markdown';
import type { GuardrailReport, TreatmentReport, Watched as Reading } from '../../experiments/report/report';
import { amount, REASONS } from '../../experiments/report/words';
import { Bar, Time } from './parts';
import { percent } from './words';

/** Whether a treatment is shown to keep the limits. */
export function GuardrailsOf({ treatment, control }: { treatment: TreatmentReport; control: string }) {
  const { guardrails, variant } = treatment;
  if (!guardrails) return null;
  return (
    <>
      <h3>Guardrails</h3>
      <ul class="limits">
        {guardrails.map((one) => (
          <li>
            <span class={`chip ${one.status}`}>
              {one.status === 'unknown' ? 'Not shown' : capital(SHOWN[one.status])}
            </span>{' '}
            <div>
              <b>{one.name}</b> <small>{numbersOf(one, control, variant)}</small>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function numbersOf(one: GuardrailReport, control: string, variant: string): string {
  if (one.reason !== undefined) return REASONS[one.reason];
  const value = (mean: number | undefined) => (mean === undefined ? '–' : amount(one, mean));
  const sides = `${control} ${value(one.control)}, ${variant} ${value(one.treatment)}`;
  return one.status === 'unknown' ? `${sides}: too little to say` : sides;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const STATES: { readonly [S in Reading['state']]: string } = {
  tripped: 'Tripped',
  quiet: 'Quiet',
  watching: 'Watching',
  'no-control': 'No control',
  off: 'Off',
  unreadable: 'Unreadable',
};

interface WatchedProps {
  readonly title: string;
  readonly watched: readonly Reading[];
  readonly now: number;
}

/** What watches it on the current step of its rollout, and how near each is to its limit. */
export function Watched({ title, watched, now }: WatchedProps) {
  if (watched.length === 0) return null;
  return (
    <section class="card" aria-labelledby="watched">
      <h2 id="watched">{title}</h2>
      <p class="hint">A full bar is the evidence that trips it.</p>
      <ul class="limits">
        {watched.map(({ name, state, sentence, evidence, tripped, rule, percent: part, treatment }) => (
          <li class={state}>
            <span class={`chip ${state}`}>{STATES[state]}</span>
            <div>
              <b>{name}</b>{' '}
              <small>
                {treatment.arm !== 'treatment'
                  ? treatment.arm
                  : rule === ''
                    ? 'everybody'
                    : `${rule}, ${percent(part)}`}
                {tripped && [' tripped ', <Time at={Date.parse(tripped.at)} now={now} />]}
              </small>
              <p class="hint">{tripped ? tripped.reason : sentence}</p>
              <Bar
                percent={Math.round(100 * evidence)}
                label={`Evidence: ${Math.round(100 * evidence)} % of what trips it`}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
