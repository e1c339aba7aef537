import { rulesInWords } from '../../report/rules-in-words';
import type { LiveFlag } from '../../live-state';
import { live, type Action, type Asked } from './action';

/** What an operator can do for everybody. */
export const liveActions: { readonly [name: string]: Action } = {
  kill: live('Serve `off` to everybody, at once', 'Killed, for everybody.', ['flag'], ({ visit, fields, by }) =>
    // Somebody else's change is no reason not to stop.
    visit.engine.live.kill(fields.flag, { actor: by.actor, reason: by.reason }),
  ),
  restore: live(
    'Take a kill back',
    'Restored.',
    ['flag'],
    ({ visit, fields, by }) => visit.engine.live.restore(fields.flag, by),
    () => true,
  ),
  pin: live(
    'Serve one variant to everybody whom no override caught',
    'Pinned, for everybody.',
    ['flag', 'variant'],
    ({ visit, fields, by }) => visit.engine.live.pin(fields.flag, fields.variant as never, by),
    ({ visit, fields }) => visit.engine.config.compiled.get(fields.flag)?.off !== fields.variant,
  ),
  unpin: live(
    'Take a pin back',
    'Unpinned.',
    ['flag'],
    ({ visit, fields, by }) => visit.engine.live.unpin(fields.flag, by),
    ({ visit, fields }) =>
      visit.engine.live.state.flags.get(fields.flag)?.pinned === visit.engine.config.compiled.get(fields.flag)?.off,
  ),
  'set-rollout': live(
    'Serve a percentage instead of what the code says',
    'Moved, for everybody.',
    ['flag', 'rule', 'percent'],
    ({ visit, fields, by }) => visit.engine.live.setRollout(fields.flag, fields.rule, fields.percent, by),
    (asked) => asked.fields.percent > percentNow(asked),
  ),
  'reset-rollout': live(
    'Give a percentage back to the code',
    'As the code has it again.',
    ['flag', 'rule'],
    ({ visit, fields, by }) => visit.engine.live.resetRollout(fields.flag, fields.rule, by),
    (asked) => codedPercent(asked) > percentNow(asked),
  ),
  'hold-ramp': live('Keep a ramp where it is', 'Held where it is.', ['flag', 'rule'], ({ visit, fields, by }) =>
    visit.engine.live.holdRamp(fields.flag, fields.rule, by),
  ),
  'approve-ramp': live(
    'Let a guarded ramp go as far as a percentage',
    'Approved.',
    ['flag', 'rule', 'percent'],
    ({ visit, fields, by }) => visit.engine.live.approveRamp(fields.flag, fields.rule, fields.percent, by),
    () => true,
  ),
  'add-user': live(
    'Give one user a variant, ahead of the rules',
    'Listed.',
    ['flag', 'variant', 'user'],
    ({ visit, fields, by }) => visit.engine.live.addUser(fields.flag, fields.variant as never, fields.user, by),
  ),
  'remove-user': live('Take a user off the live list', 'Taken off.', ['flag', 'user'], ({ visit, fields, by }) =>
    visit.engine.live.removeUser(fields.flag, fields.user, by),
  ),
  'add-to-segment': live('Put ids into a live segment', 'Put in.', ['segment', 'ids'], ({ visit, fields, by }) =>
    visit.engine.live.addToSegment(fields.segment, fields.ids, by),
  ),
  'remove-from-segment': live(
    'Take ids out of a live segment',
    'Taken out.',
    ['segment', 'ids'],
    ({ visit, fields, by }) => visit.engine.live.removeFromSegment(fields.segment, fields.ids, by),
  ),
  revert: live(
    'Take a change of the history back',
    'Taken back.',
    ['change'],
    ({ visit, fields, by }) => visit.engine.live.revert(fields.change, { actor: by.actor, reason: by.reason }),
    () => true,
  ),
  'revoke-overrides': live(
    'End every signed override cookie and link made so far',
    'All browser overrides are ended.',
    [],
    ({ visit, by }) => visit.engine.live.revokeOverrides(by),
  ),
};

type OfRule = Pick<Asked<'flag' | 'rule'>, 'visit' | 'fields'>;

function percentNow(asked: OfRule): number {
  return percent(asked, asked.visit.engine.live.state.flags.get(asked.fields.flag));
}
function codedPercent(asked: OfRule): number {
  return percent(asked, undefined);
}

/** The percentage of a rule; where there is no such rule, live control says so. */
function percent({ visit, fields }: OfRule, live: LiveFlag | undefined): number {
  const flag = visit.engine.config.compiled.get(fields.flag);
  const rule = flag && rulesInWords(flag, live, visit.now).find(({ name }) => name === fields.rule);
  return rule?.rollout?.percent ?? 100;
}
