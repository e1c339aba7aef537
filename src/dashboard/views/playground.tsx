import type { Decision } from '../../decide';
import type { Playground } from '../model/playground';
import type { Visit } from '../visit';
import { Name } from './parts';
import { Search } from './search';
import { because, Trace } from './trace';
import { flagUrl } from './urls';
import { plural } from './words';

const SHOWN = 100;

export function PlaygroundView({ data, visit }: { data: Playground; visit: Visit }) {
  const { user, context, decision, problem } = data;
  const whom = user === undefined ? 'this context' : `user ${user}`;
  return (
    <>
      <div class="top">
        <h1>Playground</h1>
      </div>
      <p class="lead">What would somebody else get, and why? Nothing is counted, and nothing is changed.</p>
      <Ask data={data} visit={visit} />
      {problem !== undefined && <p class="notice refused">{problem}</p>}
      {decision && <Asked decision={decision} whom={whom} visit={visit} />}
      {context !== '' && problem === undefined && <Answers data={data} whom={whom} visit={visit} />}
    </>
  );
}

function Ask({ data, visit }: { data: Playground; visit: Visit }) {
  const { user, context, decision } = data;
  const action = `${visit.base}/playground`;
  const flag = decision && <input type="hidden" name="flag" value={decision.flag} />;
  return (
    <div class="card ask">
      <form class="line" action={action}>
        <input
          name="user"
          value={user ?? ''}
          placeholder="User id, such as 42"
          aria-label="User id"
          autoComplete="off"
          required
        />
        {flag}
        <button>Look</button>
      </form>
      {!visit.options.lookUp && <p class="hint">Rules see this id alone; for more of a user, write a context.</p>}
      <details id="context" open={user === undefined && context !== ''}>
        <summary>{user !== undefined && context ? 'What rules see of them' : 'Or write a whole context'}</summary>
        <form action={action}>
          <textarea name="context" rows={9} spellcheck={false} aria-label="Context as JSON">
            {context || EXAMPLE}
          </textarea>
          {flag}
          <button class="quiet">Look with this</button>
        </form>
      </details>
    </div>
  );
}

const EXAMPLE = JSON.stringify({ user: { id: 42, plan: 'growth' } }, null, 2);

/** The one flag that was asked about. */
function Asked({ decision, whom, visit }: { decision: Decision; whom: string; visit: Visit }) {
  const { flag, variant, steps } = decision;
  return (
    <section class="card" id="asked" aria-labelledby="asked-flag">
      <h2 id="asked-flag">
        <a href={flagUrl(visit, flag)}>
          <Name of={flag} />
        </a>
      </h2>
      <p class="gets">
        <strong>
          <Name of={variant} />
        </strong>{' '}
        <small>is what {whom} gets</small>
      </p>
      <Trace steps={steps} variant={variant} />
    </section>
  );
}

function Answers({ data, whom, visit }: { data: Playground; whom: string; visit: Visit }) {
  const { user, context, answers, decision, q } = data;
  const asked: [string, string] = user === undefined ? ['context', context] : ['user', user];
  const kept = { ...Object.fromEntries([asked]), flag: decision?.flag };
  return (
    <section aria-labelledby="answers">
      <div class="top">
        <h2 id="answers">All that {whom} gets</h2>
        <Search visit={visit} to="/playground" q={q} label="Search flags" kept={kept} />
      </div>
      <div id="found">
        <ul class="flags answers">
          {answers.slice(0, SHOWN).map(({ flag, variant, ...decided }) => (
            <li class="flag answer" aria-current={decision?.flag === flag ? 'true' : undefined}>
              <div class="name">
                <b>
                  <Name of={flag} />
                </b>
              </div>
              <strong>
                <Name of={variant} />
              </strong>
              <small>{because(decided)}</small>
              <a
                href={`${visit.base}/playground?${new URLSearchParams([asked, ['flag', flag]])}#asked`}
                aria-label={`Why ${flag}`}
              >
                Why
              </a>
            </li>
          ))}
        </ul>
        {answers.length === 0 && <p class="empty">No flag matches “{q}”.</p>}
        {answers.length > SHOWN && <p class="hint">and {plural(answers.length - SHOWN, 'more flag')}: search.</p>}
      </div>
    </section>
  );
}
