import type { Request } from 'express';
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
  const site = siteOf(req);
  const url = site && URL.canParse(page, site.href) ? new URL(page, site) : undefined;
  if (!url?.href.startsWith(site!.href))
    throw new Refusal(400, 'malformed', 'page must be a path of this site, such as /checkout.');
  return overrideLink(engine, gk.browserOverrides(), { baseUrl: url.href, by: actor.name });
}

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

/** This site as visitors know it: by what a proxy says, where the app trusts it. */
function siteOf(req: Request): URL | undefined {
  const trusted = req.app.get('trust proxy fn')(req.socket.remoteAddress, 0) as boolean;
  const [forwarded] = (trusted && req.get('X-Forwarded-Host')?.split(',', 1)) || [];
  const host = forwarded?.trim() || req.get('Host') || '';
  const site = `${req.protocol}://${host}/`;
  return HOST.test(host) && URL.canParse(site) ? new URL(site) : undefined;
}
