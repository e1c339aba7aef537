import type { Ramp } from '../../rules/ramp';
import { dayAndTime, dayOf, percent } from './words';

/** The steps of a ramp as a line of time; those that have come are filled. */
export function RampSteps({ steps, held, now }: { steps: Ramp['steps']; held: boolean; now: number }) {
  const current = held ? undefined : steps.findLast(({ at }) => at <= now);
  return (
    <ol class={held ? 'ramp held' : 'ramp'}>
      {steps.map((step) => (
        <li
          class={step.at <= now ? 'past' : undefined}
          aria-current={step === current ? 'step' : undefined}
          title={`${dayAndTime(step.at)} UTC`}
        >
          <b>{percent(step.percent)}</b> <small>{dayOf(step.at)}</small>
        </li>
      ))}
    </ol>
  );
}
