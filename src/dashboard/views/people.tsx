import type { FlagPage } from '../model/flag';
import { actions, allowed } from '../actions/act';
import type { Visit } from '../visit';
import { ActionForm, Reason } from './form';
import { Name } from './parts';
import { plural } from './words';

/** Users who are listed for a variant, ahead of the rules. */
export function People({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { name, users, listed, variants, revision } = flag;
  const fields = { flag: name, revision };
  if (listed === 0 && !allowed(visit, actions.get('add-user')!)) return null;
  return (
    <section aria-labelledby="people" class="card">
      <h2 id="people">Listed users</h2>
      {listed === 0 && <p class="hint">Nobody yet. Whoever is listed gets their variant whatever the rules say.</p>}
      <ul class="people">
        {users.map(({ id, variant, inCode }) => (
          <li>
            <span>
              user <b>{id}</b> → <Name of={variant} />
            </span>
            {inCode ? (
              <small>in the code</small>
            ) : (
              <ActionForm
                visit={visit}
                action="remove-user"
                fields={{ ...fields, user: id, reason: 'no longer needed' }}
              >
                <button class="plain" aria-label={`Remove user ${id}`}>
                  Remove
                </button>
              </ActionForm>
            )}
          </li>
        ))}
      </ul>
      {listed > users.length && <p class="hint">and {plural(listed - users.length, 'other')}.</p>}
      <ActionForm visit={visit} action="add-user" fields={fields} class="line">
        <input name="user" placeholder="User id" aria-label="User id" autoComplete="off" required />
        <select name="variant" aria-label="Variant for the user">
          {variants.map((variant) => (
            <option value={variant.name}>{variant.name}</option>
          ))}
        </select>
        <Reason label="Why list the user" />
        <button class="quiet">Add</button>
      </ActionForm>
    </section>
  );
}
