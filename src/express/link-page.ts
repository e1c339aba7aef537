import { createHash } from 'node:crypto';

/** What the page behind an override link shows: the overrides it would set, or why it cannot. */
export interface LinkPage {
  /** Where to go on from here. */
  readonly page: string;
  readonly overrides?: readonly { readonly flag: string; readonly variant: string; readonly description: string }[];
  readonly problem?: string;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
    background: light-dark(#f7f7f4, #14171a); color: light-dark(#1d2327, #e4e7e9) }
  body { max-width: 32rem; margin: 12vh auto; padding: 0 1.25rem }
  h1 { font-size: 1.35rem; margin: 0 0 .75rem }
  dl { margin: 1.25rem 0; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent) }
  dl div { padding: .7rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent) }
  dt { font-weight: 600 } dt code { font: inherit; float: right; color: light-dark(#0b6b4b, #6fd6ac) }
  dd { margin: 0; opacity: .72; font-size: .925rem }
  button { font: inherit; font-weight: 600; padding: .65rem 1.1rem; border: 0; border-radius: .5rem; cursor: pointer;
    background: light-dark(#0b6b4b, #6fd6ac); color: light-dark(#fff, #06251a) }
  a { color: inherit } button + a { margin-left: 1rem }`;

/** The Content-Security-Policy under which the page runs: its own style and form, and nothing else. */
export const LINK_PAGE_POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The page as HTML; everything that is not ours is escaped. */
export function linkPage({ page, overrides = [], problem }: LinkPage): string {
  const rows = overrides.map(
    ({ flag, variant, description }) =>
      `<div><dt>${escape(flag)} <code>${escape(variant)}</code></dt><dd>${escape(description)}</dd></div>`,
  );
  const body = problem
    ? `<h1>${escape(problem)}</h1><p><a href="${escape(page)}">Go to the page without it</a></p>`
    : `<h1>See this site with other variants?</h1>
  <p>In this browser only, until you clear it or it runs out:</p>
  <dl>${rows.join('')}</dl>
  <form method="post"><button>Use them here</button> <a href="${escape(page)}">No, go on without</a></form>`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Feature overrides</title>
<style>${STYLE}</style><body><main>${body}</main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
