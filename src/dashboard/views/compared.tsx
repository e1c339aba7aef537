import type { MetricReport, TreatmentReport } from '../../experiments/report/report';
import { amount, chance, effect, probability, REASONS, share } from '../../experiments/report/words';
import { isNotComputable } from '../../experiments/stats/outcome';
import { Axis, IntervalBar, scaleOf, type Scale } from './intervals';
import { Name } from './parts';

/** Each metric of a treatment against the control's: the primary one first. */
export function Compared({ treatment, control }: { treatment: TreatmentReport; control: string }) {
  const { metrics = [], family, variant, alpha } = treatment;
  const scale = scaleOf(metrics);
  return (
    <>
      <table class="compared" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Metric
            </th>
            <th role="columnheader" scope="col">
              <Name of={control} /> → <Name of={variant} />
            </th>
            <th role="columnheader" scope="col">
              Change, {share(1 - alpha)} interval
            </th>
            <th role="columnheader" scope="col">
              <span class="hidden">On a scale</span> <Axis scale={scale} />
            </th>
            <th role="columnheader" scope="col">
              p
            </th>
            <th role="columnheader" scope="col">
              Chance to win
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {metrics.map((metric) => (
            <Row metric={metric} scale={scale} />
          ))}
        </tbody>
      </table>
      {family !== undefined && (
        <p class="hint">
          p in brackets: adjusted for {family} (Holm). The chance to win is a read-out beside the test, and no rule.
        </p>
      )}
    </>
  );
}

function Row({ metric, scale }: { metric: MetricReport; scale: Scale }) {
  const { name, role, control, treatment, p, adjusted, chanceToWin, shown, better, difference } = metric;
  const found = effect(metric);
  const value = ({ n, mean }: typeof control) => (n > 0 ? amount(metric, mean) : '–');
  return (
    <tr role="row" class={role}>
      <th role="rowheader" scope="row">
        {name}
        <small>
          {role === 'primary' && 'primary, '}
          {better} is better
        </small>
      </th>
      <td role="cell" class="values">
        {value(control)} → {value(treatment)}
      </td>
      <td role="cell" class="change">
        <b class={shown}>{found?.value ?? 'not comparable'}</b>{' '}
        <small>
          {found?.interval ?? (isNotComputable(difference) && REASONS[difference.notComputable])}
          {found && !found.isRelative && ', absolute'}
        </small>
      </td>
      <td role="cell" class="bars">
        <IntervalBar metric={metric} scale={scale} />
      </td>
      <td role="cell" class="p">
        {isNotComputable(p) ? '–' : probability(p)}
        {adjusted !== undefined && !isNotComputable(p) && (
          <small> ({probability({ p: adjusted, logP: Math.log(adjusted) })})</small>
        )}
      </td>
      <td role="cell" class="win">
        {isNotComputable(chanceToWin) ? '–' : chance(chanceToWin)}
      </td>
    </tr>
  );
}
