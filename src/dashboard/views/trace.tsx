import type { Step } from '../../decide';

/** Each step of a decision; the last one decided. */
export function Trace({ steps }: { steps: readonly Step[] }) {
  return (
    <ol class="trace">
      {steps.map(({ step, rule, matched, detail }) => (
        <li class={matched ? 'matched' : undefined}>
          <b>{rule === undefined ? step : `rule “${rule}”`}</b> {detail}
        </li>
      ))}
    </ol>
  );
}

/** What decided, in a few words: `rule “staff” matches`. */
export function because({ rule, detail }: Step): string {
  return rule === undefined ? detail : `rule “${rule}”: ${detail}`;
}
