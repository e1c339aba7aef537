import type { FlagPage } from '../model/flag';
import type { RolloutInWords, RuleInWords } from '../../report/rules-in-words';
import { actions, allowed } from '../actions/act';
import type { Visit } from '../visit';
import { ActionForm, Reason } from './form';
import { Bar } from './parts';
import { RampSteps } from './ramp';
import { coded, percent } from './words';

/** Whom the code serves what, in words, and how many of them: the first rule that matches serves. */
export function Rules({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { rules, imperative, off } = flag;
  return (
    <section aria-labelledby="rules" class="card">
      <h2 id="rules">Rules</h2>
      {imperative && <p>Its own getVariant decides: see the code.</p>}
      <ol class="rules">
        {rules.map((rule) => (
          <li>
            <p>
              <b>{rule.name}</b> <span class="who">{rule.who || 'everybody'}</span> <Gives rule={rule} />
            </p>
            {rule.rollout && <Rollout rule={rule.name} rollout={rule.rollout} flag={flag} visit={visit} />}
          </li>
        ))}
      </ol>
      {!imperative && (
        <p class="otherwise">
          Everybody else gets <b>{off}</b>.
        </p>
      )}
    </section>
  );
}

function Gives({ rule }: { rule: RuleInWords }) {
  const parts = Object.entries(rule.gives);
  if (parts.length === 0) return null;
  const words = parts.map(([variant, share]) => (parts.length === 1 ? variant : `${variant} ${percent(share)}`));
  return <span class="gives">→ {words.join(', ')}</span>;
}

interface Props {
  readonly rule: string;
  readonly rollout: RolloutInWords;
  readonly flag: FlagPage;
  readonly visit: Visit;
}

function Rollout({ rule, rollout, flag, visit }: Props) {
  const { percent: now, of, moved, replaced, approved } = rollout;
  const isRamp = typeof rollout.coded !== 'number';
  const fields = { flag: flag.name, rule, revision: flag.revision };
  return (
    <div class="control">
      {!allowed(visit, actions.get('set-rollout')!) && <Bar percent={now} label={`${now} % of ${of}`} />}
      <p>
        <b>{percent(now)}</b> of {of}
        {moved && <span class="hint"> set here; the code says {coded(rollout.coded)}</span>}
        {replaced !== undefined && (
          <span class="hint">, and said {replaced === 'ramp' ? 'a ramp' : percent(replaced)} when it was set</span>
        )}
      </p>
      {isRamp && <RampSteps steps={rollout.coded as never} held={moved} now={visit.now} />}
      <ActionForm visit={visit} action="set-rollout" fields={fields} class="line slide">
        <input type="range" min="0" max="100" step="1" value={now} aria-label={`Percent of ${of}, ${rule}`} hidden />
        <input
          type="number"
          name="percent"
          min="0"
          max="100"
          step="any"
          value={now}
          aria-label={`Exact percent, ${rule}`}
          required
        />
        <Reason label={`Why move ${rule}`} />
        <button class="quiet">Set</button>
      </ActionForm>
      <div class="line">
        {isRamp && !moved && (
          <ActionForm visit={visit} action="hold-ramp" fields={{ ...fields, reason: 'held on the dashboard' }}>
            <button class="quiet">Hold at {percent(now)}</button>
          </ActionForm>
        )}
        {moved && (
          <ActionForm visit={visit} action="reset-rollout" fields={{ ...fields, reason: 'back to the code' }}>
            <button class="quiet">Back to the code</button>
          </ActionForm>
        )}
        {approved !== undefined && <Approve rollout={rollout} fields={fields} visit={visit} />}
      </div>
    </div>
  );
}

/** A guarded ramp goes no further than somebody said. */
function Approve({ rollout, fields, visit }: { rollout: RolloutInWords; fields: {}; visit: Visit }) {
  const steps = rollout.coded as readonly { readonly percent: number }[];
  const next = steps.find(({ percent }) => percent > rollout.approved!)?.percent;
  if (next === undefined) return null;
  return (
    <ActionForm visit={visit} action="approve-ramp" fields={{ ...fields, percent: next, reason: 'looks good' }}>
      <button class="quiet">Approve up to {percent(next)}</button>
    </ActionForm>
  );
}
