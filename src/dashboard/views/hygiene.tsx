import { figureInWords, type Figure } from '../../lifecycle/figures';
import type { FlagLifecycle } from '../../lifecycle/lifecycle';
import { SHOWN, type Lifecycle } from '../../lifecycle/policy';
import type { Hygiene } from '../model/hygiene';
import type { Visit } from '../visit';
import { Name, Time } from './parts';
import { Search } from './search';
import { flagUrl } from './urls';
import { inFull, plural } from './words';

const WORDS: { readonly [S in Lifecycle]: string } = {
  stale: 'Stale',
  'rolled out': 'Rolled out',
  draft: 'Draft',
  active: 'Active',
  archived: 'Archived',
};

export function HygieneView({ data, visit }: { data: Hygiene; visit: Visit }) {
  const { flags, figures, states, matching, page, pages, q, state, counted, problem } = data;
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  const to = (query: { readonly [name: string]: string | number | undefined }) => {
    const entries = Object.entries({ q, state, ...query }).filter(([, value]) => value);
    return `${visit.base}/hygiene?${new URLSearchParams(entries as [string, string][])}`;
  };
  return (
    <>
      <div class="top">
        <h1>Hygiene</h1>
        <Search visit={visit} to="/hygiene" q={q} label="Search flags and owners" kept={{ state }} />
      </div>
      <ul class="figures" aria-label="Figures and targets">
        {figures.map((figure) => (
          <FigureView figure={figure} />
        ))}
      </ul>
      <p class="hint">{leftOut(data)}</p>
      {problem !== undefined && (
        <p class="notice refused">Since when something was changed live is not known: {problem}</p>
      )}
      {!counted && <p class="hint">No decisions were counted yet, so which flags nobody asks for is not known.</p>}
      <div id="found">
        <nav class="filter lives" aria-label="States">
          <a href={to({ state: undefined })} aria-current={state ? undefined : 'true'}>
            All <small>{inFull(all)}</small>
          </a>
          {SHOWN.filter((one) => states[one]).map((one) => (
            <a href={to({ state: one })} aria-current={state === one ? 'true' : undefined}>
              {WORDS[one]} <small>{inFull(states[one])}</small>
            </a>
          ))}
        </nav>
        {matching === 0 && <p class="empty">No flag matches{q && ` “${q}”`}.</p>}
        <ul class="flags">
          {flags.map((flag) => (
            <Row flag={flag} visit={visit} />
          ))}
        </ul>
        {pages > 1 && (
          <nav class="pages" aria-label="Pages">
            {page > 1 ? <a href={to({ page: page - 1 })}>Previous</a> : <span />}
            <span>
              {page} of {pages}
            </span>
            {page < pages ? <a href={to({ page: page + 1 })}>Next</a> : <span />}
          </nav>
        )}
      </div>
    </>
  );
}

function FigureView({ figure }: { figure: Figure }) {
  const [title, value, target] = figureInWords(figure);
  return (
    <li class={figure.met ? 'card met' : 'card missed'}>
      <span>{title}</span>
      <strong>{value}</strong>
      <small>
        {figure.met ? 'met' : 'missed'} · {target}
      </small>
    </li>
  );
}

/** What the figures do not count. */
function leftOut({ permanent, ageless }: Hygiene): string {
  const stays = permanent > 0 ? `${plural(permanent, 'flag')} meant to stay: not counted in active and age. ` : '';
  return (
    stays +
    (ageless > 0 ? `${plural(ageless, 'flag')} without created: npx gatekeeper doctor has their age from git.` : '')
  );
}

function Row({ flag, visit }: { flag: FlagLifecycle; visit: Visit }) {
  const { flag: name, state, reasons, next, remarks, owner, kind, permanent, age: days, last } = flag;
  const facts = [
    owner,
    kind,
    permanent && kind !== 'permission' && 'permanent',
    days !== undefined && plural(days, 'day').replace(' ', '\u00a0'),
  ];
  return (
    <li class={`flag life ${state.replace(' ', '-')}`}>
      <div class="name">
        {state === 'archived' ? (
          <b>
            <Name of={name} />
          </b>
        ) : (
          <a href={flagUrl(visit, name)}>
            <Name of={name} />
          </a>
        )}
        <p>{facts.filter(Boolean).join(' · ')}</p>
      </div>
      <div class="state">
        <span class={`chip ${state.replace(' ', '-')}`}>{WORDS[state]}</span>
        <small>{last !== undefined && ['decided ', <Time at={last} now={visit.now} />]}</small>
      </div>
      <div class="reasons">
        <ul>
          {reasons.map(({ text }) => (
            <li>{text}</li>
          ))}
          {remarks.map(({ text }) => (
            <li class="remark">{text}</li>
          ))}
        </ul>
        {next && (
          <p>
            <code>{next.run}</code> <small>or {next.or}</small>
          </p>
        )}
      </div>
    </li>
  );
}
