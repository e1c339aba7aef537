import { Refusal } from '../refusal';
import { read } from '../read';
import { may, type Visit } from '../visit';
import type { Action } from './action';
import { liveActions } from './live';
import { ownActions } from './own';

/** All that can be done, by name. Forms and the API both go through `act`: neither can do what the other cannot. */
export const actions: ReadonlyMap<string, Action> = new Map(Object.entries({ ...liveActions, ...ownActions }));

/** Whether this visitor may do it at all: what pages offer, and what `act` accepts. */
export function allowed(visit: Visit, { role, shared }: Pick<Action, 'role' | 'shared'>): boolean {
  return may(visit, role) && !(shared && visit.options.readOnly);
}

/** Does it for this visitor, or refuses. */
export async function act(action: Action, visit: Visit, body: unknown): Promise<unknown> {
  if (!may(visit, action.role)) throw new Refusal(403, 'role', `This is for the role ${action.role}.`);
  if (!allowed(visit, action)) throw new Refusal(403, 'read-only', 'This dashboard is read-only.');
  const fields = read(body, action.fields);
  const { reason, revision: expectedRevision, confirm } = fields;
  const asked = { visit, fields, by: { actor: visit.actor.name, reason, expectedRevision } };
  const { production, environment } = visit;
  if (production && action.enables?.(asked) && confirm !== environment)
    throw new Refusal(428, 'confirm', `This may turn something on in ${environment}. Type “${environment}” to go on.`);
  return action.run(asked);
}
