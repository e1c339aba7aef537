import type { State } from '../model/state';
import { ago } from './words';

const WORDS: { readonly [S in State]: string } = {
  live: 'Live',
  ramping: 'Ramping',
  pinned: 'Pinned',
  killed: 'Killed',
  draft: 'Draft',
  scheduled: 'Scheduled',
  ended: 'Ended',
};

export function Chip({ state }: { state: State }) {
  return <span class={`chip ${state}`}>{WORDS[state]}</span>;
}

/** A name such as `ONE_PAGE_CHECKOUT`: where it is too long for a line, it breaks after an underscore. */
export function Name({ of: name }: { of: string }) {
  const parts = name.split(/(?<=_)(?=[^_])/);
  return <>{parts.map((part, index) => (index > 0 ? [<wbr />, part] : part))}</>;
}

export function Time({ at, now }: { at: number; now: number }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={`${iso.slice(0, 16).replace('T', ' ')} UTC`}>
      {ago(at, now)}
    </time>
  );
}

/** 0 to 100 as a line that fills up. */
export function Bar({ percent, label }: { percent: number; label: string }) {
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect width="100" height="6" class="rest" />
      <rect width={percent} height="6" class="filled" />
    </svg>
  );
}

const WIDTH = 100;
const HEIGHT = 24;

/** How something went lately, without an axis; nothing where nothing went on. */
export function Spark({ values, label }: { values: readonly number[]; label: string }) {
  const highest = Math.max(...values);
  if (values.length < 2 || highest <= 0) return null;
  const x = (at: number) => (at / (values.length - 1)) * WIDTH;
  const y = (value: number) => HEIGHT - 1 - (value / highest) * (HEIGHT - 4);
  const points = values.map((value, at) => `${x(at)},${y(value)}`).join(' ');
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
      <polyline points={points} />
    </svg>
  );
}
