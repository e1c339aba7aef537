import type { MetricReport } from '../../experiments/report/report';
import { effect, signed, share } from '../../experiments/report/words';
import { isNotComputable } from '../../experiments/stats/outcome';

/** As attributes of SVG take it: styles are not allowed here. */
export const at = (fraction: number): string => `${Math.round(fraction * 10_000) / 100}%`;

/** Lifts from −`most` to +`most`, with 0 in the middle. */
export interface Scale {
  readonly most: number;
}

/** One scale for all metrics of a table: that of the primary metric, with room for others, but not for all they may be. */
export function scaleOf(metrics: readonly MetricReport[]): Scale {
  const reach = metrics.map(({ lift }) => (isNotComputable(lift) ? 0 : Math.max(...lift.interval.map(Math.abs))));
  const widest = Math.max(...reach, 0.01);
  const [primary = 0] = reach;
  return { most: rounded(Math.min(widest, primary > 0 ? 2 * primary : widest)) };
}

/** Up to a number that reads well. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * 0.999)! * power;
}

export function Axis({ scale: { most } }: { scale: Scale }) {
  return (
    <span class="axis" aria-hidden="true">
      <span>{signed(-most, share)}</span>
      <span>0</span>
      <span>{signed(most, share)}</span>
    </span>
  );
}

/** A lift and its interval, as a bar; where it goes beyond the scale, it is open. */
export function IntervalBar({ metric, scale: { most } }: { metric: MetricReport; scale: Scale }) {
  const { lift, name, shown } = metric;
  const found = effect(metric);
  if (isNotComputable(lift) || !found) return null;
  const place = (value: number) => (Math.max(-most, Math.min(most, value)) + most) / (2 * most);
  const [from, to] = lift.interval.map(place) as [number, number];
  const [opensLeft, opensRight] = [lift.interval[0] < -most, lift.interval[1] > most];
  return (
    <svg class={`interval ${shown}`} role="img" aria-label={`${name} ${found.value}, ${found.interval}`}>
      <line class="end" x1="0" x2="100%" y1="50%" y2="50%" />
      <rect x={at(from)} width={at(Math.max(0.004, to - from))} y="25%" height="50%" rx="3" />
      {opensLeft && <text class="open" x="3" y="50%" dy="0.34em" children="‹" />}
      {opensRight && <text class="open" x="100%" dx="-3" y="50%" dy="0.34em" text-anchor="end" children="›" />}
      <line class="zero" x1="50%" x2="50%" y1="0" y2="100%" />
      {Math.abs(lift.lift) <= most && (
        <line class="estimate" x1={at(place(lift.lift))} x2={at(place(lift.lift))} y1="10%" y2="90%" />
      )}
    </svg>
  );
}
