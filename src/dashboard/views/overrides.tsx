import { actions, allowed } from '../actions/act';
import type { OverrideRow, Overrides } from '../model/overrides';
import type { Visit } from '../visit';
import { ActionForm } from './form';
import { Choice, Share } from './here';
import { Name } from './parts';
import { Search } from './search';
import { flagUrl } from './urls';
import { dayAndTime, plural } from './words';

export function OverridesView({ data, visit }: { data: Overrides; visit: Visit }) {
  const { flags, matching, q } = data;
  const count = flags.filter(({ override }) => override !== undefined).length;
  return (
    <>
      <div class="top">
        <h1>My overrides</h1>
        <Search visit={visit} to="/overrides" q={q} label="Search flags" />
      </div>
      <div id="found">
        <p class="lead">
          Choose what you see: it changes this browser alone. Outlined is what it gets by itself, filled what you chose.
        </p>
        {count > 0 && <Active data={data} count={count} visit={visit} />}
        <ul class="flags">
          {flags.map((flag) => (
            <Row flag={flag} visit={visit} />
          ))}
        </ul>
        {matching === 0 && <p class="empty">No flag matches “{q}”.</p>}
        {matching > flags.length && <p class="hint">and {plural(matching - flags.length, 'more flag')}: search.</p>}
      </div>
    </>
  );
}

function Active({ data, count, visit }: { data: Overrides; count: number; visit: Visit }) {
  const { expires, page } = data;
  return (
    <section class="card" aria-labelledby="active">
      <h2 id="active">{plural(count, 'override')} in this browser</h2>
      <p>
        {expires === undefined ? 'Until you clear them.' : `Until ${dayAndTime(expires)} UTC, or until you clear them.`}
      </p>
      <ActionForm visit={visit} action="clear-overrides">
        <button>Clear all</button>
      </ActionForm>
      <Share page={page} visit={visit} />
    </section>
  );
}

function Row({ flag, visit }: { flag: OverrideRow; visit: Visit }) {
  const { name, description, variants, overridable, override, variant } = flag;
  const mayOverride = overridable && allowed(visit, actions.get('set-override')!);
  return (
    <li class="flag override">
      <div class="name">
        <a href={flagUrl(visit, name)}>
          <Name of={name} />
        </a>
        <p>{description}</p>
      </div>
      {mayOverride ? (
        <Choice flag={name} variants={variants} override={override} current={variant} visit={visit} />
      ) : (
        <small>
          gets {variant}
          {!overridable && '; no browser may override it'}
        </small>
      )}
    </li>
  );
}
