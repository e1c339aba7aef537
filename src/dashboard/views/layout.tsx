import type { ComponentChildren } from 'preact';
import { STYLES, assetUrl } from '../routes/assets';
import { overridesOf, type Visit } from '../visit';
import { NoticeView, type Notice } from './notice';

const NAV = [
  ['/', 'Flags'],
  ['/experiments', 'Experiments'],
  ['/overrides', 'My overrides'],
  ['/playground', 'Playground'],
  ['/segments', 'Segments'],
  ['/history', 'History'],
  ['/hygiene', 'Hygiene'],
  ['/health', 'Health'],
] as const;

/** Pages of a part that are elsewhere. */
const also: { readonly [part: string]: string } = { '/': '/', '/experiments': '/calculator' };

interface Props {
  readonly title: string;
  readonly visit: Visit;
  readonly notice?: Notice;
  readonly children: ComponentChildren;
}

/** What every page has around it. */
export function Layout({ title, visit, notice, children }: Props) {
  const { base, environment, production, actor, engine, options } = visit;
  const path = visit.req.path;
  const current = (to: string) => path.startsWith(to === '/' ? '/flags' : to) || also[to] === path;
  const overridden = Object.keys(overridesOf(visit)).length;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {/* What somebody has opened stays open. */}
        <meta name="htmx-config" content={JSON.stringify({ morphIgnore: ['data-htmx-powered', 'open'] })} />
        <title>{`${title} · Gatekeeper`}</title>
        <link rel="icon" type="image/svg+xml" href={assetUrl(visit, 'icon.svg')} />
        {['pico.css', 'uplot.css', ...STYLES].map((file) => (
          <link rel="stylesheet" href={assetUrl(visit, file)} />
        ))}
        {['htmx.js', 'uplot.js', 'dashboard.js'].map((file) => (
          <script defer src={assetUrl(visit, file)} />
        ))}
      </head>
      <body data-events={`${base}/events`}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {production && (
          <aside aria-label="Environment">
            <p class="environment production">{environment}</p>
          </aside>
        )}
        <header>
          <a class="mark" href={`${base}/`}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M4 21V9a8 8 0 0 1 16 0v12M9 21v-9M15 21v-9M4 15h16" />
            </svg>
            Gatekeeper
          </a>
          {!production && <span class="environment">{environment}</span>}
          <nav aria-label="Dashboard">
            {NAV.map(([to, name]) => (
              <a href={`${base}${to}`} aria-current={current(to) ? 'page' : undefined}>
                {name}
                {to === '/overrides' && overridden > 0 && [' ', <span class="count">{overridden}</span>]}
              </a>
            ))}
          </nav>
          <p class="actor">
            <span id="connection" title="Live: changes made elsewhere show at once" hidden />
            {actor.name} <small>{options.readOnly ? `${actor.role}, read-only` : actor.role}</small>
          </p>
        </header>
        <main id="main">
          <div role="status">
            {notice && <NoticeView notice={notice} visit={visit} revision={engine.live.state.revision} />}
          </div>
          {children}
        </main>
      </body>
    </html>
  );
}
