import type { ComponentChildren } from 'preact';
import { actions, allowed } from '../actions/act';
import type { Visit } from '../visit';

interface Props {
  readonly visit: Visit;
  readonly action: string;
  readonly fields?: { readonly [field: string]: string | number };
  readonly class?: string;
  /** What its buttons are for, where they do not say. */
  readonly label?: string;
  readonly children?: ComponentChildren;
}

/** Shows the answer in place of the page, and does not scroll to its top. */
export const STAYS = "swap:'innerMorph show:none'";

/** A form that asks for an action; nothing for those who may not. With scripts, the page stays where it is. */
export function ActionForm({ visit, action, fields = {}, class: name, label, children }: Props) {
  if (!allowed(visit, actions.get(action)!)) return null;
  return (
    <form
      method="post"
      action={`${visit.base}/actions/${action}`}
      class={name}
      aria-label={label}
      hx-boost={STAYS}
      hx-replace-url="true"
    >
      {Object.entries(fields).map(([field, value]) => (
        <input type="hidden" name={field} value={String(value)} />
      ))}
      {children}
    </form>
  );
}

/** Why something is changed. */
export function Reason({ label }: { label: string }) {
  return <input name="reason" placeholder="Reason" aria-label={label} maxLength={300} autoComplete="off" />;
}
