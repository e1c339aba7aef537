import type { Flags, FlagRow } from '../model/flags';
import { STATES } from '../model/state';
import { overridesOf, type Visit } from '../visit';
import { ActionForm, Reason } from './form';
import { Bar, Chip, Name, Spark, Time } from './parts';
import { Search } from './search';
import { flagUrl } from './urls';
import { age, inFull, inShort, percent } from './words';

export function FlagsView({ data, visit }: { data: Flags; visit: Visit }) {
  const { flags, matching, states, page, pages, q, state } = data;
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  const to = (query: { readonly [name: string]: string | number | undefined }) => {
    const entries = Object.entries({ q, state, ...query }).filter(([, value]) => value);
    return `${visit.base}/?${new URLSearchParams(entries as [string, string][])}`;
  };
  return (
    <>
      <div class="top">
        <h1>Flags</h1>
        <Search visit={visit} to="/" q={q} label="Search flags" kept={{ state }} />
      </div>
      <div id="found">
        <nav class="filter" aria-label="States">
          <a href={to({ state: undefined })} aria-current={state ? undefined : 'true'}>
            All <small>{inFull(all)}</small>
          </a>
          {STATES.filter((one) => states[one]).map((one) => (
            <a href={to({ state: one })} class={one} aria-current={state === one ? 'true' : undefined}>
              {one} <small>{inFull(states[one]!)}</small>
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

function Row({ flag, visit }: { flag: FlagRow; visit: Visit }) {
  const { name, description, state, killed, pinned, owner, rollout, count, last, lately } = flag;
  const here = overridesOf(visit)[name];
  return (
    <li class={`flag ${state}`}>
      <div class="name">
        <a href={flagUrl(visit, name)}>
          <Name of={name} />
        </a>
        <p class="about">{description}</p>
        {killed && <p class="why">{killed}</p>}
      </div>
      <div class="state">
        <Chip state={state} />
        {pinned !== undefined && <small>{pinned}</small>}
        {here !== undefined && <small>here {here}</small>}
      </div>
      <div class="rollout">
        {rollout && (
          <>
            <Bar
              percent={rollout.percent}
              label={`${rollout.percent} % of ${rollout.of}, by the rule ${rollout.rule}`}
            />
            <small>
              {percent(rollout.percent)} of {rollout.of}
            </small>
          </>
        )}
      </div>
      <div class="decided">
        <Spark values={lately} label="Decisions lately" />
        <small>
          {last === undefined ? 'never decided' : [`${inShort(count)} decided · `, <Time at={last} now={visit.now} />]}
        </small>
      </div>
      <div class="facts">
        {owner && <span>{owner}</span>}
        <small class={flag.expired ? 'expired' : undefined}>
          {flag.expired ? 'expired' : flag.age !== undefined && age(flag.age)}
        </small>
      </div>
      <div class="act">
        {state === 'killed' ? (
          <ActionForm
            visit={visit}
            action="restore"
            fields={{ flag: name, revision: visit.engine.live.state.revision, reason: 'restored on the list of flags' }}
          >
            <button class="quiet">Restore</button>
          </ActionForm>
        ) : (
          <ActionForm visit={visit} action="kill" fields={{ flag: name }} class="kill">
            <Reason label={`Why kill ${name}`} />
            <button class="danger" aria-label={`Kill ${name}`}>
              Kill
            </button>
          </ActionForm>
        )}
      </div>
    </li>
  );
}
