import type { Playground } from '../model/playground';
import type { Visit } from '../visit';
import { Trace } from './trace';

export function PlaygroundView({ data, visit }: { data: Playground; visit: Visit }) {
  const { user, context, answers, decision, problem } = data;
  const action = `${visit.base}/playground`;
  return (
    <>
      <div class="top">
        <h1>Playground</h1>
      </div>
      <p class="lead">What would somebody else get, and why? Nothing is counted, and nothing is changed.</p>
      <div class="columns ask">
        <form class="card" action={action}>
          <h2>A user</h2>
          <div class="line">
            <input
              name="user"
              value={user ?? ''}
              placeholder="User id, such as 42"
              aria-label="User id"
              autoComplete="off"
            />
            {decision && <input type="hidden" name="flag" value={decision.flag} />}
            <button>Look</button>
          </div>
          {!visit.options.lookUp && <p class="hint">Rules see this id alone; for more of a user, write a context.</p>}
        </form>
        <form class="card" action={action}>
          <details id="context" open={user === undefined && context !== ''}>
            <summary>{user !== undefined && context ? 'What rules see of them' : 'Or a whole context'}</summary>
            <textarea name="context" rows={9} spellcheck={false} aria-label="Context as JSON">
              {context || EXAMPLE}
            </textarea>
            {decision && <input type="hidden" name="flag" value={decision.flag} />}
            <button class="quiet">Look</button>
          </details>
        </form>
      </div>
      {problem !== undefined && <p class="notice refused">{problem}</p>}
      {answers.length > 0 && <Answers data={data} action={action} />}
    </>
  );
}

const EXAMPLE = JSON.stringify({ user: { id: 42, plan: 'growth' } }, null, 2);

function Answers({ data, action }: { data: Playground; action: string }) {
  const { user, context, answers, decision } = data;
  const whom: [string, string] = user === undefined ? ['context', context] : ['user', user];
  return (
    <ul class="flags answers">
      {answers.map(({ flag, variant, rule, reason, detail }) => {
        const open = decision?.flag === flag;
        const to = new URLSearchParams(open ? [whom] : [whom, ['flag', flag]]);
        return (
          <li class="flag answer" id={open ? 'asked' : undefined}>
            <div class="name">
              <b>{flag}</b>
            </div>
            <strong>{variant}</strong>
            <small>
              {rule === undefined ? reason : `rule “${rule}”`} · {detail}
            </small>
            <a href={`${action}?${to}${open ? '' : '#asked'}`} aria-label={open ? `Hide why ${flag}` : `Why ${flag}`}>
              {open ? 'Hide' : 'Why'}
            </a>
            {open && <Trace steps={decision.steps} />}
          </li>
        );
      })}
    </ul>
  );
}
