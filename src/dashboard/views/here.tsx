import { allowed, actions } from '../actions/act';
import { linkTo } from '../model/overrides';
import type { FlagPage } from '../model/flag';
import type { Visit } from '../visit';
import { ActionForm } from './form';
import { LinkField } from './notice';
import { because, Trace } from './trace';

/** What this browser gets of a flag, why, and how to change that for it alone. */
export function ThisBrowser({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { name, here, overridable } = flag;
  const mayOverride = allowed(visit, actions.get('set-override')!);
  return (
    <section aria-labelledby="here" class="card">
      <h2 id="here">In this browser</h2>
      <p class="gets">
        <strong>{here.variant}</strong> <small>{because(here.steps.at(-1)!)}</small>
      </p>
      {!overridable && <p class="hint">It says that no browser may override it.</p>}
      {overridable && mayOverride && (
        <>
          <Choice
            flag={name}
            variants={flag.variants.map((variant) => variant.name)}
            override={here.override}
            current={here.variant}
            visit={visit}
          />
          {here.override !== undefined && <Share visit={visit} />}
        </>
      )}
      <details id="why">
        <summary>Why</summary>
        <Trace steps={here.steps} />
      </details>
    </section>
  );
}

/** Every variant as a button; the one that this browser is overridden to is pressed. */
export function Choice({ flag, variants, override, current, visit }: ChoiceProps) {
  return (
    <div class="choice">
      <ActionForm visit={visit} action="set-override" fields={{ flag }}>
        {variants.map((variant) => (
          <button
            name="variant"
            value={variant}
            class="quiet"
            aria-pressed={variant === override}
            data-current={variant === current ? '' : undefined}
          >
            {variant}
          </button>
        ))}
      </ActionForm>
      {override !== undefined && (
        <ActionForm visit={visit} action="clear-override" fields={{ flag }}>
          <button class="plain">Clear</button>
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

/** The link that gives another browser what this one has; nothing where links cannot be signed. */
function Share({ visit }: { visit: Visit }) {
  const link = linkTo(visit, '/').link;
  if (link === undefined) return <p class="hint">To share it by a link, the config needs a secret.</p>;
  return (
    <div class="share">
      <p>See it on another device: open this link there. It asks first, and ends in a day.</p>
      <LinkField link={link} />
    </div>
  );
}
