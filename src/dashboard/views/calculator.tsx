import type { ComponentChildren } from 'preact';
import { isNotComputable } from '../../experiments/stats/outcome';
import { percent } from '../../experiments/report/words';
import type { SizeAnswer } from '../../experiments/report/size';
import type { Calculator } from '../model/calculator';
import type { Visit } from '../visit';
import { STAYS } from './form';
import { Bar } from './parts';
import { inFull, plural } from './words';

export function CalculatorView({ data, visit }: { data: Calculator; visit: Visit }) {
  const { kind, asked, answer, problem } = data;
  const isMean = kind === 'mean';
  return (
    <>
      <div class="top">
        <h1>How large, how long?</h1>
        <p class="exports">
          <a href={`${visit.base}/experiments`}>Experiments</a>
        </p>
      </div>
      <div class="columns">
        <form class="card plan" action={`${visit.base}/calculator`} hx-boost={STAYS} hx-replace-url="true">
          <label>
            What is measured
            <select name="kind">
              <option value="conversion" selected={!isMean}>
                whether a unit does it (conversion)
              </option>
              <option value="mean" selected={isMean}>
                a value per unit, such as revenue
              </option>
            </select>
          </label>
          <Field name="baseline" value={asked.baseline} hint={isMean ? 'its mean today' : 'percent that do it today'}>
            Baseline
          </Field>
          <Field name="sd" value={asked.sd} hint="for a value per unit only">
            Standard deviation
          </Field>
          <Field name="effect" value={asked.effect} hint="percent of the baseline; less is not worth finding">
            Effect to find
          </Field>
          <Field name="perDay" value={asked.perDay} hint="in all arms">
            New units a day
          </Field>
          <Field name="treatments" value={asked.treatments} hint="besides the control">
            Treatments
          </Field>
          <Field name="power" value={asked.power} hint="percent of such effects that are found">
            Power
          </Field>
          <Field
            name="alpha"
            value={asked.alpha}
            hint="percent of experiments without effect called different, at most"
          >
            Alpha
          </Field>
          <button>Work it out</button>
        </form>
        <div>
          {problem !== undefined && <p class="notice refused">{problem}</p>}
          {answer && <Answer answer={answer} data={data} />}
        </div>
      </div>
    </>
  );
}

function Field({
  name,
  value,
  hint,
  children,
}: {
  name: string;
  value: string;
  hint: string;
  children: ComponentChildren;
}) {
  return (
    <label>
      <span>
        {children} <small>{hint}</small>
      </span>
      <input name={name} value={value} inputMode="decimal" autoComplete="off" maxLength={30} />
    </label>
  );
}

function Answer({ answer, data }: { answer: SizeAnswer; data: Calculator }) {
  const { total, control, treatment, time, weekly } = answer;
  const treatments = Number(data.asked.treatments);
  const most = Math.max(...weekly.map(({ effect }) => (isNotComputable(effect) ? 0 : effect)));
  return (
    <>
      <section class="card" aria-labelledby="size">
        <h2 id="size">It takes</h2>
        <p class="figure">
          <b>{inFull(total)}</b> units
          {time && !isNotComputable(time) && (
            <>
              , <b>{plural(time.weeks, 'week')}</b>
            </>
          )}
        </p>
        <p class="hint">
          {inFull(control)} in the control and {inFull(treatment)} in{' '}
          {treatments > 1 ? 'each treatment' : 'the treatment'}, in whole weeks, so that each weekday weighs the same.
          In the class: <code>plannedUnits = {total}</code>.
        </p>
      </section>
      {weekly.length > 0 && (
        <section class="card" aria-labelledby="weekly">
          <h2 id="weekly">What longer or shorter would find</h2>
          <table class="weekly">
            <thead>
              <tr>
                <th scope="col">After</th>
                <th scope="col">Units</th>
                <th scope="col">Finds</th>
                <th scope="col">
                  <span class="hidden">As a bar</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {weekly.map(({ weeks, units, effect }) => (
                <tr aria-current={time && !isNotComputable(time) && time.weeks === weeks ? 'true' : undefined}>
                  <th scope="row">{plural(weeks, 'week')}</th>
                  <td>{inFull(units)}</td>
                  <td>{isNotComputable(effect) ? 'too few units' : percent(effect)}</td>
                  <td class="bars">
                    {!isNotComputable(effect) && (
                      <Bar
                        percent={(100 * effect) / most}
                        label={`${percent(effect)} after ${plural(weeks, 'week')}`}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
