import { overrideLink } from '../../express/override-link';
import { Refusal } from '../refusal';
import type { Visit } from '../visit';
import { own, type Action } from './action';

/** What QA can do, in their own browser alone. */
export const ownActions: { readonly [name: string]: Action } = {
  'set-override': own(
    'Override a flag in this browser',
    'Overridden, in this browser alone.',
    { fields: ['flag', 'variant'] },
    ({ visit, fields }) => visit.gk.setBrowserOverride(fields.flag, fields.variant as never),
  ),
  'clear-override': own(
    'End the override of a flag in this browser',
    'No longer overridden in this browser.',
    { fields: ['flag'] },
    ({ visit, fields }) => visit.gk.setBrowserOverride(fields.flag, ''),
  ),
  'clear-overrides': own(
    'End all overrides of this browser',
    'Nothing is overridden in this browser any more.',
    { fields: [] },
    ({ visit }) => {
      for (const flag of Object.keys(visit.gk.browserOverrides())) visit.gk.setBrowserOverride(flag, '');
    },
  ),
  share: own(
    'A link that gives another browser the overrides of this one',
    'This link gives another browser the overrides of this one.',
    { fields: ['page'], optional: ['page'] },
    ({ visit, fields }) => ({ link: shareLink(visit, fields.page) }),
  ),
};

/** A link to a page of this site that shares this browser's overrides for a day. */
export function shareLink({ engine, gk, req, actor }: Visit, page: string): string {
  const origin = `${req.protocol}://${req.get('host')}`;
  const url = URL.canParse(page, origin) ? new URL(page, origin) : undefined;
  if (url?.origin !== new URL(origin).origin)
    throw new Refusal(400, 'malformed', 'page must be a path of this site, such as /checkout.');
  return overrideLink(engine, gk.browserOverrides(), { baseUrl: url.href, by: actor.name });
}
