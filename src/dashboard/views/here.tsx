import { allowed, actions } from '../actions/act';
import { linkTo } from '../model/overrides';
import type { FlagPage } from '../model/flag';
import type { Visit } from '../visit';
import { ActionForm } from './form';
import { LinkField } from './notice';
import { Name } from './parts';
import { because, Trace } from './trace';

/** What this browser gets of a flag, why, and how to change that for it alone. */
export function ThisBrowser({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { name, here, overridable } = flag;
  const mayOverride = allowed(visit, actions.get('set-override')!);
  return (
    <section aria-labelledby="here" class="card">
      <h2 id="here">In this browser</h2>
      <p class="gets">
        <strong>
          <Name of={here.variant} />
        </strong>{' '}
        <small>{because(here.steps.at(-1)!)}</small>
      </p>
      {!overridable && <p class="hint">It says that no browser may override it.</p>}
      {overridable && mayOverride && (
        <>
          <p class="hint">
            {flag.killed
              ? 'It is killed for everybody: what you choose here shows once it is restored.'
              : 'See another variant, in this browser alone:'}
          </p>
          <Choice
            flag={name}
            variants={flag.variants.map((variant) => variant.name)}
            override={here.override}
            current={here.variant}
            visit={visit}
          />
          {here.override !== undefined && <Share page="/" visit={visit} />}
        </>
      )}
      <details id="why">
        <summary>Why</summary>
        <Trace steps={here.steps} variant={here.variant} />
      </details>
    </section>
  );
}

/** Every variant as a button; the one that this browser is overridden to is pressed. */
export function Choice({ flag, variants, override, current, visit }: ChoiceProps) {
  return (
    <div class="choice">
      <ActionForm visit={visit} action="set-override" fields={{ flag }} label={`${flag} in this browser`}>
        {variants.map((variant) => (
          <button
            name="variant"
            value={variant}
            class="quiet"
            aria-pressed={variant === override}
            data-current={variant === current ? '' : undefined}
          >
            <Name of={variant} />
          </button>
        ))}
      </ActionForm>
      {override !== undefined && (
        <ActionForm visit={visit} action="clear-override" fields={{ flag }}>
          <button class="plain" aria-label={`Clear the override of ${flag}`}>
            Clear
          </button>
        </ActionForm>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly flag: string;
  readonly variants: readonly string[];
  readonly override: string | undefined;
  /** What it gets now. */
  readonly current: string;
  readonly visit: Visit;
}

/** What somebody else gets of it: the playground says, and why. */
export function SomebodyElse({ flag, visit }: { flag: string; visit: Visit }) {
  return (
    <section aria-labelledby="else" class="card">
      <h2 id="else">For somebody else</h2>
      <form class="line" action={`${visit.base}/playground#asked`}>
        <input type="hidden" name="flag" value={flag} />
        <input name="user" placeholder="User id, such as 42" aria-label="Whose variant" autoComplete="off" required />
        <button class="quiet">Which, and why?</button>
      </form>
    </section>
  );
}

/** The link that gives another browser what this one has, to any page; nothing where links cannot be signed. */
export function Share({ page, visit }: { page: string; visit: Visit }) {
  const { link } = linkTo(visit, page);
  return (
    <div class="share">
      {link === undefined ? (
        <p class="hint">To share it by a link, the config needs a secret, and the page must be of this site.</p>
      ) : (
        <>
          <p>
            Open this link on another device to see the same there. It leads to <b>{page}</b>, asks first, and ends in a
            day.
          </p>
          <LinkField link={link} />
        </>
      )}
      <details id="page">
        <summary>To another page</summary>
        <form class="line" action={`${visit.base}/overrides`}>
          <input name="page" value={page} aria-label="Page to open" placeholder="/checkout" />
          <button class="quiet">Make the link</button>
        </form>
      </details>
    </div>
  );
}
