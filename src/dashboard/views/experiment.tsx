import type { ComponentChildren } from 'preact';
import { HOW_TO_READ } from '../../experiments/report/how-to-read';
import type { ExperimentReport, TreatmentReport } from '../../experiments/report/report';
import { CALLS, progress, toGo } from '../../experiments/report/why';
import { day, probability, REASONS, share } from '../../experiments/report/words';
import { isNotComputable } from '../../experiments/stats/outcome';
import type { Visit } from '../visit';
import { Compared } from './compared';
import { DailyGraph } from './daily';
import { GuardrailsOf, Watched } from './guardrails';
import { Bar, Name, Spark } from './parts';
import { flagUrl } from './urls';
import { inFull, percent, plural } from './words';

export function ExperimentView({ data, visit }: { data: ExperimentReport; visit: Visit }) {
  const { experiment, hypothesis, treatments, killed, remarks, state } = data;
  return (
    <>
      <div class="top">
        <h1>
          <Name of={experiment} />
        </h1>
        {state !== 'running' && <span class={`chip ${state}`}>{state === 'scheduled' ? 'Not started' : 'Ended'}</span>}
        <p class="exports">
          <a href={`${visit.base}/api/experiments/${encodeURIComponent(Buffer.from(experiment).toString())}`}>JSON</a>{' '}
          <a href={`${visit.base}/experiments/${encodeURIComponent(Buffer.from(experiment).toString())}/report.md`}>
            Markdown
          </a>
        </p>
      </div>
      <p class="lead hypothesis">{hypothesis}</p>
      <Facts report={data} visit={visit} />
      {killed !== undefined && !treatments.some(({ verdict }) => verdict === 'rolled-back') && (
        <p class="notice refused">Everybody gets its off variant: {killed}.</p>
      )}
      {remarks.map((remark) => (
        <p class="notice refused">{remark}</p>
      ))}
      {treatments.map((treatment) => (
        <VerdictOf treatment={treatment} report={data} />
      ))}
      <HealthRow report={data} />
      {treatments.map((treatment) => (
        <Treatment treatment={treatment} report={data} />
      ))}
      <Watched title="Guardrails now" watched={data.watched} now={visit.now} />
      <details id="how" class="card how">
        <summary>How to read this</summary>
        <ul>
          {HOW_TO_READ.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Facts({ report, visit }: { report: ExperimentReport; visit: Visit }) {
  const { owner, starts, ends, unit, arms, control, at } = report;
  return (
    <ul class="details">
      {owner && <li>owned by {owner}</li>}
      <li>
        from {day(starts, at)}
        {ends !== undefined && ` until ${day(ends, at)}`}
      </li>
      <li>by {unit}</li>
      {arms.map(({ variant, share: part }) => (
        <li>
          <Name of={variant} /> {share(part)}
          {variant === control && ' (control)'}
        </li>
      ))}
      <li>
        <a href={flagUrl(visit, report.experiment)}>its flag</a>
      </li>
    </ul>
  );
}

/** What to do, and why: what most people come for. */
function VerdictOf({ treatment, report }: { treatment: TreatmentReport; report: ExperimentReport }) {
  const { verdict, why, variant, decided, because } = treatment;
  const scheduled = report.state === 'scheduled';
  return (
    <section class={`card verdict ${scheduled ? 'scheduled' : verdict}`} aria-label={`Verdict on ${variant}`}>
      <h2>
        <span class="call">{scheduled ? 'Not started' : CALLS[verdict]}</span>{' '}
        <small>
          <Name of={variant} />
        </small>
      </h2>
      <p>{why}</p>
      {decided !== undefined && because !== 'harm' && (
        <p class="hint">
          Decided on the numbers as of the end of {day(decided, report.at)}. What came later is left out, so that
          looking again is no second chance.
        </p>
      )}
    </section>
  );
}

/** Whether the numbers are to be believed, and how far they are. */
function HealthRow({ report }: { report: ExperimentReport }) {
  const { health, days, arms, plan, state } = report;
  const { exposed, inTwoArms, sampleRatio, perDay } = health;
  const many = exposed > 0 && inTwoArms / exposed > 0.01;
  const asSplit = sampleRatio.mismatch ? 'no' : isNotComputable(sampleRatio.p) ? 'not known yet' : 'yes';
  return (
    <section class="card" aria-labelledby="health">
      <h2 id="health">Health</h2>
      <dl class="tiles">
        <Tile name="Arms as split" value={asSplit} bad={sampleRatio.mismatch}>
          {arms.map(({ units }) => inFull(units)).join(' : ')}
          {isNotComputable(sampleRatio.p)
            ? exposed > 0 && `, ${REASONS[sampleRatio.p.notComputable]}`
            : `, p = ${probability({ p: sampleRatio.p, logP: Math.log(sampleRatio.p) })}`}
        </Tile>
        <Tile name="Saw two arms" value={inFull(inTwoArms)} bad={many}>
          of {plural(exposed, 'unit')}
        </Tile>
        <Tile name="Days" value={inFull(days)} bad={false}>
          {state === 'ended' ? 'ended' : days < 7 ? `${7 - days} more until numbers show` : 'whole days so far'}
        </Tile>
        <Tile
          name="New units a day"
          value={inFull(Math.round(plan.unitsPerDay))}
          bad={state === 'running' && exposed === 0}
        >
          <Spark values={perDay.slice(0, -1).map(({ units }) => units)} label="New units a day" />
        </Tile>
      </dl>
      <Size report={report} />
      {sampleRatio.steps.length > 1 && (
        <ul class="steps">
          {sampleRatio.steps.map(({ arms: parts, p }) => (
            <li>
              <small>
                {parts.map(({ weight }) => weight).join(' : ')} gave{' '}
                {parts.map(({ units }) => inFull(units)).join(' : ')}
                {!isNotComputable(p) && `, p = ${probability({ p, logP: Math.log(p) })}`}
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Tile({
  name,
  value,
  bad,
  children,
}: {
  name: string;
  value: string;
  bad: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={bad ? 'bad' : undefined}>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b> <small>{children}</small>
      </dd>
    </div>
  );
}

function Size({ report: { plan, arms, state } }: { report: ExperimentReport }) {
  const done = Math.floor(100 * plan.progress);
  const { effect, daysLeft } = plan;
  return (
    <div class="size">
      <Bar percent={done} label={`${percent(done)} of the planned size`} />
      <p class="hint">
        {progress(plan, arms)}
        {effect !== undefined && `, planned to find ${share(effect)}`}.
        {state === 'running' && daysLeft !== undefined && daysLeft > 0 && ` ${toGo(daysLeft)}`}
      </p>
    </div>
  );
}

function Treatment({ treatment, report }: { treatment: TreatmentReport; report: ExperimentReport }) {
  const { variant, metrics, hidden, verdict } = treatment;
  const { control } = report;
  if (hidden || !metrics) return null;
  const numbers = (
    <>
      <Compared treatment={treatment} control={control} />
      <DailyGraph treatment={treatment} report={report} />
      <GuardrailsOf treatment={treatment} control={control} />
    </>
  );
  return (
    <section class="card" aria-label={`${variant} against ${control}`}>
      <h2>
        <Name of={variant} /> <small>against</small> <Name of={control} />
      </h2>
      {verdict === 'invalid' ? (
        <details id={`numbers-${variant}`}>
          <summary>Its numbers, which are not to be believed</summary>
          {numbers}
        </details>
      ) : (
        numbers
      )}
    </section>
  );
}
