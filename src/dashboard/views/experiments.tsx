import { CALLS } from '../../experiments/report/why';
import { effect } from '../../experiments/report/words';
import { isNotComputable } from '../../experiments/stats/outcome';
import type { ExperimentRow, Experiments } from '../model/experiments';
import type { Visit } from '../visit';
import { Bar, Name, Spark } from './parts';
import { experimentUrl } from './urls';
import { dayOf, inFull, inShort, percent, plural } from './words';

export function ExperimentsView({ data, visit }: { data: Experiments; visit: Visit }) {
  const { experiments, failed } = data;
  return (
    <>
      <div class="top">
        <h1>Experiments</h1>
        <p class="exports">
          <a href={`${visit.base}/calculator`}>Plan one</a>
        </p>
      </div>
      {failed.map(({ experiment, problem }) => (
        <p class="notice refused">
          <b>{experiment}</b> {problem}
        </p>
      ))}
      {experiments.length + failed.length === 0 && (
        <p class="empty">
          There are none yet. A flag becomes one where its class extends <code>Experiment</code>.
        </p>
      )}
      <ul class="flags">
        {experiments.map((row) => (
          <Row row={row} visit={visit} />
        ))}
      </ul>
    </>
  );
}

function Row({ row, visit }: { row: ExperimentRow; visit: Visit }) {
  const { experiment, hypothesis, owner, state, treatments, plan, lately, exposed, killed, days } = row;
  const { units, daysLeft, progress } = plan;
  const done = Math.floor(100 * progress);
  const isOver = state === 'ended' || treatments.every(({ decided }) => decided !== undefined);
  return (
    <li class="flag experiment">
      <div class="name">
        <a href={experimentUrl(visit, experiment)}>
          <Name of={experiment} />
        </a>
        <p class="about">{hypothesis}</p>
        {killed !== undefined && <p class="about why">{killed}</p>}
      </div>
      <ul class="calls">
        {treatments.map((treatment) => {
          const found = treatment.verdict !== 'invalid' && treatment.primary && effect(treatment.primary);
          return (
            <li>
              <span class={`chip ${state === 'scheduled' ? 'scheduled' : treatment.verdict}`}>
                {state === 'scheduled' ? 'Not started' : CALLS[treatment.verdict]}
              </span>
              {treatments.length > 1 && (
                <small>
                  <Name of={treatment.variant} />
                </small>
              )}
              {found && (
                <small>
                  {treatment.primary!.name} {found.value}
                </small>
              )}
            </li>
          );
        })}
      </ul>
      <div class="rollout">
        <Bar percent={done} label={`${done} % of its size`} />
        <small>
          {units === undefined
            ? `${percent(done)} of its time`
            : isNotComputable(units)
              ? 'size not known yet'
              : `${percent(done)} of ${inShort(units)} units`}
        </small>
      </div>
      <div class="decided">
        <Spark values={lately} label="New units a day" />
        <small>{inFull(exposed)} exposed</small>
      </div>
      <div class="facts">
        {owner && <span>{owner}</span>}
        <small>
          {state === 'scheduled'
            ? `from ${dayOf(Date.parse(row.starts))}`
            : isOver || daysLeft === undefined || daysLeft === 0
              ? plural(days, 'day')
              : `${plural(daysLeft, 'day')} left`}
        </small>
      </div>
    </li>
  );
}
