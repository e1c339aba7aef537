import type { Action } from '../actions/action';
import type { Refusal } from '../refusal';
import { ActionForm } from './form';
import type { Visit } from '../visit';

/** How something went that was just asked for. */
export interface Notice {
  readonly done?: string;
  /** The flag that it was done to. */
  readonly flag?: string;
  /** A link that was made. */
  readonly link?: string;
  readonly refusal?: Refusal;
  /** What was asked for, so that it can be asked for again. */
  readonly asked?: {
    readonly action: string;
    readonly label: string;
    readonly fields: { readonly [field: string]: string };
  };
}

export function NoticeView({ notice, visit, revision }: { notice: Notice; visit: Visit; revision: number }) {
  const { done, flag, link, refusal, asked } = notice;
  if (!refusal)
    return (
      <div class="notice done">
        <p>
          {flag !== undefined && <b>{flag}</b>} {done}
        </p>
        {link !== undefined && <LinkField link={link} />}
      </div>
    );
  const [confirm, conflict] = [refusal.code === 'confirm', refusal.code === 'conflict'];
  return (
    <div class="notice refused">
      <p>{confirm ? refusal.message : `Not done: ${refusal.message}`}</p>
      {asked && (confirm || conflict) && (
        // Who confirms has not yet seen what others changed meanwhile.
        <ActionForm visit={visit} action={asked.action} fields={{ ...asked.fields, ...(conflict && { revision }) }}>
          <p>
            {conflict && 'Below is how it stands now. '}You wanted: {inWords(asked)}.
          </p>
          <div class="line">
            {confirm && (
              <input
                name="confirm"
                aria-label={`Type ${visit.environment}`}
                placeholder={visit.environment}
                autoComplete="off"
                required
              />
            )}
            <button>{confirm ? asked.label : 'Do it all the same'}</button>
          </div>
        </ActionForm>
      )}
    </div>
  );
}

/** A link to copy or to hand to another device. */
export function LinkField({ link }: { link: string }) {
  return (
    <div class="line link">
      <input readOnly value={link} aria-label="Link" data-select />
      <button type="button" class="quiet" data-copy={link} hidden>
        Copy
      </button>
      <button type="button" class="quiet" data-share={link} hidden>
        Send…
      </button>
    </div>
  );
}

const SHOWN: readonly (keyof Action | string)[] = ['rule', 'percent', 'variant', 'user', 'ids', 'reason'];

function inWords({ label, fields }: NonNullable<Notice['asked']>): string {
  const said = SHOWN.filter((field) => fields[field]).map((field) => `${field} “${fields[field]}”`);
  return [label.toLowerCase(), ...said].join(', ');
}
