import type { Change } from '../stores/live-control';

/** What somebody did: `killed PAYMENTS`, `moved “growth plan” of SET_OF_SIX to 40 %`. */
export function changeInWords(change: Change): string {
  const { action, flag, field, value, segment, count } = change;
  const which = field?.[1]; // the rule, or the user's id
  const ids = `${count} ${count === 1 ? 'id' : 'ids'}`;
  const words: { readonly [A in Change['action']]: string } = {
    kill: `killed ${flag}`,
    restore: `restored ${flag}`,
    pin: `pinned ${flag} to ${value}`,
    unpin: `unpinned ${flag}`,
    'set-rollout': `moved “${which}” of ${flag} to ${value} %`,
    'reset-rollout': `gave “${which}” of ${flag} back to the code`,
    'hold-ramp': `held “${which}” of ${flag} at ${value} %`,
    'approve-ramp': `let “${which}” of ${flag} go up to ${value} %`,
    'add-user': `listed user ${which} of ${flag} for ${value}`,
    'remove-user': `took user ${which} off the list of ${flag}`,
    'add-to-segment': `put ${ids} into “${segment}”`,
    'remove-from-segment': `took ${ids} out of “${segment}”`,
    'revoke-overrides': 'ended all browser overrides',
    clear: 'cleared all live state',
    revert: `took a change of ${flag} back: ${undone(change)}`,
  };
  return words[action] ?? action; // a newer version may have stored others
}

function undone({ field, value }: Change): string {
  const [name, which, part] = field ?? [];
  if (name === 'killed') return value === null ? 'restored' : 'killed';
  if (name === 'pinned') return value === null ? 'not pinned' : `pinned to ${value}`;
  if (name === 'users') return value === null ? `user ${which} not listed` : `user ${which} gets ${value}`;
  if (part === 'approved') return `“${which}” ${value === null ? 'not approved' : `approved up to ${value} %`}`;
  return `“${which}” ${value === null ? 'as the code has it' : `at ${value} %`}`;
}
