import type { FlagPage } from '../model/flag';
import { may, type Visit } from '../visit';
import { ActionForm, Reason } from './form';
import { Name } from './parts';

/** What stops a flag, or fixes it at one variant: for all at once. */
export function Everybody({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { name, killed, pinned, variants, revision, off } = flag;
  const fields = { flag: name, revision };
  if (!killed && !pinned && (!may(visit, 'operator') || visit.options.readOnly)) return null;
  return (
    <section aria-labelledby="everybody" class={killed ? 'card killed' : 'card'}>
      <h2 id="everybody">For everybody</h2>
      {killed ? (
        <>
          <p>
            <strong>Off.</strong> Everybody gets {off}: {killed}.
          </p>
          <ActionForm visit={visit} action="restore" fields={fields} class="line">
            <Reason label={`Why restore ${name}`} />
            <button>Restore</button>
          </ActionForm>
        </>
      ) : (
        <>
          <p class="hint">Killed, it gives everybody {off} at once, whatever else is said of it.</p>
          <ActionForm visit={visit} action="kill" fields={{ flag: name }} class="line">
            <Reason label={`Why kill ${name}`} />
            <button class="danger">Kill</button>
          </ActionForm>
        </>
      )}
      {pinned !== undefined ? (
        <>
          <p class="pinned">
            <strong>Pinned.</strong> Everybody without an override gets <Name of={pinned} />.
          </p>
          <ActionForm visit={visit} action="unpin" fields={fields} class="line">
            <Reason label={`Why unpin ${name}`} />
            <button class="quiet">Unpin</button>
          </ActionForm>
        </>
      ) : (
        <details id="pin">
          <summary>Pin one variant</summary>
          <p class="hint">Everybody without an override gets it, whatever the rules say.</p>
          <ActionForm visit={visit} action="pin" fields={fields} class="line">
            <select name="variant" aria-label="Variant to pin">
              {variants.map((variant) => (
                <option value={variant.name}>{variant.name}</option>
              ))}
            </select>
            <Reason label={`Why pin ${name}`} />
            <button class="quiet">Pin</button>
          </ActionForm>
        </details>
      )}
    </section>
  );
}
