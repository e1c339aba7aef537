import type { Daily, ExperimentReport, TreatmentReport } from '../../experiments/report/report';
import { change, interval, relative as lift, share, signed } from '../../experiments/report/words';
import { at } from './intervals';
import { dayOf } from './words';

interface Props {
  readonly treatment: TreatmentReport;
  readonly report: ExperimentReport;
}

const TICKS = 5;
type Point = Daily['points'][number];

/** The primary metric's effect by day: what holds on one day, and what holds on all. */
export function DailyGraph({ treatment: { daily, metrics, decided, variant }, report: { plan } }: Props) {
  if (!daily || daily.points.length < 2) return null;
  const { points, relative } = daily;
  const [primary] = metrics!;
  const write = (value: number) => (relative ? lift(value) : change(primary!, value));
  const label = (value: number) => (relative ? signed(value, share) : write(value));
  const wanted =
    relative && plan.effect !== undefined ? (primary!.better === 'higher' ? 1 : -1) * plan.effect : undefined;
  const sought = wanted !== undefined && Math.abs(wanted) <= 2 * reachOf(points) ? wanted : undefined;
  const [least, most] = rangeOf(points, sought);
  const y = (value: number) => at((most - Math.max(least, Math.min(most, value))) / (most - least));
  const x = (index: number) => at((index + 0.5) / points.length);
  const days = ticks(points.length);
  const last = points.at(-1)!;
  return (
    <figure class="daily">
      <h3>Day by day</h3>
      <div class="plot">
        <svg class="labels" aria-hidden="true">
          {labelsOf(least, most).map((value) => (
            <text x="100%" y={y(value)} dy="0.34em" text-anchor="end" children={value === 0 ? '0' : label(value)} />
          ))}
        </svg>
        <svg
          role="img"
          aria-label={`${variant} by day: last ${write(last.estimate)}, ${interval(last.interval, write)}`}
        >
          {labelsOf(least, most).map((value) => (
            <line class={value === 0 ? 'zero' : 'rule'} x1="0" x2="100%" y1={y(value)} y2={y(value)} />
          ))}
          {sought !== undefined && <line class="sought" x1="0" x2="100%" y1={y(sought)} y2={y(sought)} />}
          {points.map((point, index) => (
            <g
              class={
                point.day === decided
                  ? 'point decided'
                  : decided !== undefined && point.day > decided
                    ? 'point later'
                    : 'point'
              }
            >
              <title>{`${dayOf(Date.parse(point.day))}: ${write(point.estimate)}, ${interval(point.interval, write)}`}</title>
              {point.day === decided && <line class="when" x1={x(index)} x2={x(index)} y1="0" y2="100%" />}
              <line class="always" x1={x(index)} x2={x(index)} y1={y(point.sequence[0])} y2={y(point.sequence[1])} />
              <line class="once" x1={x(index)} x2={x(index)} y1={y(point.interval[0])} y2={y(point.interval[1])} />
              <circle cx={x(index)} cy={y(point.estimate)} r="2.5" />
            </g>
          ))}
        </svg>
        <svg class="days" aria-hidden="true">
          {days.map((index) => (
            <text
              x={x(index)}
              y="50%"
              dy="0.34em"
              text-anchor="middle"
              children={dayOf(Date.parse(points[index]!.day))}
            />
          ))}
        </svg>
      </div>
      <figcaption>
        Change of {primary!.name} as of the end of each day. Thin: holds on all days at once. Thick: holds on the day it
        is judged
        {decided !== undefined && points.some(({ day }) => day === decided) && `, ${dayOf(Date.parse(decided))}`}.
        {sought !== undefined && ` Dashed: the ${share(plan.effect!)} to be found.`}
      </figcaption>
      <details id={`days-${variant}`}>
        <summary>As a table</summary>
        <div class="wide" tabIndex={0} role="region" aria-label={`${variant} by day`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col">Change</th>
                <th scope="col">Interval</th>
                <th scope="col">Of all days</th>
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr>
                  <th scope="row">{dayOf(Date.parse(point.day))}</th>
                  <td>{write(point.estimate)}</td>
                  <td>{interval(point.interval, write)}</td>
                  <td>{interval(point.sequence, write)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** How far intervals that hold once go from 0. */
function reachOf(points: readonly Point[]): number {
  return Math.max(...points.flatMap(({ interval: ends }) => ends.map(Math.abs)));
}

/** What is shown of the intervals: all that hold once, and of those that always hold not much more. */
function rangeOf(points: readonly Point[], sought = 0): readonly [number, number] {
  const reach = reachOf(points) * 1.25;
  const all = points.flatMap(({ sequence }) => sequence);
  const least = Math.min(Math.max(-reach, Math.min(...all)), sought, 0);
  const most = Math.max(Math.min(reach, Math.max(...all)), sought, 0);
  const margin = (most - least) * 0.04 || 1;
  return [least - margin, most + margin];
}

/** Numbers that read well, 0 among them. */
function labelsOf(least: number, most: number): readonly number[] {
  const rough = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough)! * power;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, n) => (first + n) * step + 0);
}

function ticks(count: number): readonly number[] {
  const step = Math.ceil(count / TICKS);
  return Array.from({ length: Math.ceil(count / step) }, (_, n) => n * step);
}
