import type { Flag } from '../flag';
import { decidedAlone, lastDecided } from './decided';
import type { Life } from './life';
import { isGrowing, servedToAll, type Settled } from './served-to-all';

type Asked = Pick<Life, 'now' | 'live' | 'changes' | 'counts' | 'counting' | 'dates' | 'created'>;

/** What everybody gets: by what was decided, or by what code and live control say, as far as nothing else was decided since. */
export function settledOn(flag: Flag, known: Asked): Settled | undefined {
  const { live, changes, counts, dates, now } = known;
  const waits = now < flag.starts || isGrowing(flag, live, now);
  const alone = waits ? undefined : decidedAlone(flag, known);
  const said = servedToAll(flag, live, changes, now);
  if (!said || (alone?.variant === said.variant && (said.byCode || said.since === undefined))) return alone;
  if (!said.byCode) return said;
  const others = counts.filter(({ variant }) => variant !== said.variant && flag.variants.includes(variant));
  const times = [said.since, dates?.changed, lastDecided(others)].filter((time) => time !== undefined);
  return times.length > 0 ? { ...said, since: Math.max(...times, said.notBefore ?? -Infinity) } : said;
}
