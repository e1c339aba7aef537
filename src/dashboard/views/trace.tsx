import type { Step } from '../../decide';
import { Name } from './parts';

const STEPS: { readonly [S in Step['step']]: string } = {
  killed: 'Kill switch',
  'browser-override': 'This browser',
  'user-override': 'Listed users',
  draft: 'Draft',
  schedule: 'Dates',
  requires: 'Needs',
  pinned: 'Pin',
  sticky: 'Before login',
  rule: 'Rules',
  split: 'Rules',
  default: 'Otherwise',
  error: 'Error',
};

/** Each step of a decision; the last one decided. */
export function Trace({ steps, variant }: { steps: readonly Step[]; variant: string }) {
  return (
    <>
      <ol class="trace">
        {steps.map(({ step, rule, matched, detail }) => (
          <li class={matched ? 'matched' : rule && 'rule'}>
            <b>{rule === undefined ? STEPS[step] : `Rule “${rule}”`}</b>{' '}
            <span>
              {detail}
              {matched && [' → ', <Name of={variant} />]}
            </span>
          </li>
        ))}
      </ol>
      {steps.some(({ bucket }) => bucket !== undefined) && (
        <p class="hint">A bucket is a number from 0 to 100 that stays with an id: a percentage takes those under it.</p>
      )}
    </>
  );
}

/** What decided, in a few words: `rule “staff” matches`. */
export function because({ rule, detail }: { readonly rule?: string; readonly detail: string }): string {
  return rule === undefined ? detail : `rule “${rule}” ${detail}`;
}
