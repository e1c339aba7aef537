import type { LiveState } from '../../live-state';
import type { Results } from '../../sinks/sink';
import { PATIENCE, within } from '../../stores/within';
import type { Trip } from './guardrail';
import type { GuardrailReading } from './readings';

/** The numbers of a reading. */
export type Numbers = Pick<GuardrailReading, 'treatment' | 'control' | 'as' | 'threshold' | 'evidence' | 'over'>;

/** A trip as all processes know it. */
export interface NotedTrip {
  readonly trip: Trip;
  readonly numbers: Numbers;
  /** The treatment, and what its window was. */
  readonly arm: string;
  readonly percent: number;
  readonly generation: number;
  /** Which process was first, and is to act. */
  readonly writer: string;
  /** How many changes by people there were before: one more, and it stands no longer. */
  readonly changes: number;
}

/** Something that begins new windows: at which revision of live control, and when. */
interface Opening {
  readonly revision: number;
  readonly at: number;
}

/** What is known of a flag. */
interface Known {
  readonly trips: Map<string, NotedTrip>;
  /** With which revision of live control. */
  readonly acted: Map<string, number>;
  changes: number;
  /** Openings that all processes have heard of by now, and those that some may not have. */
  settled: number;
  readonly recent: Opening[];
}

const PREFIX = 'guardrail ';
/** A process that has not heard of a change for so long will not hear of it: its store is another one than it was. */
const HEARD_WITHIN = 10_000;
/** The revision of what begins no new window. */
export const NONE = -1;

/**
 * What guardrails have done, and what people have changed since, as all processes know it: notes in the sink, each of
 * which is made once.
 */
export class Ledger {
  readonly #results: Results;
  readonly #now: () => number;
  #flags: ReadonlyMap<string, Known> = new Map();

  constructor(results: Results, now: () => number) {
    this.#results = results;
    this.#now = now;
  }

  /** Reads what has been noted. */
  async refresh(): Promise<void> {
    const flags = new Map<string, Known>();
    for (const [name, note] of await within(PATIENCE, this.#results.claims(PREFIX))) {
      const [flag, kind, ...what] = JSON.parse(name.slice(PREFIX.length)) as [string, string, ...unknown[]];
      const known: Known = flags.get(flag) ?? {
        trips: new Map(),
        acted: new Map(),
        changes: 0,
        settled: 0,
        recent: [],
      };
      flags.set(flag, known);
      if (kind === 'trip') known.trips.set(JSON.stringify(what), JSON.parse(note));
      else {
        const { revision, at } = JSON.parse(note) as Opening;
        if (kind === 'acted') known.acted.set(JSON.stringify(what), revision);
        else known.changes += 1;
        if (revision !== NONE && this.#now() - at > HEARD_WITHIN) known.settled += 1;
        else if (revision !== NONE) known.recent.push({ revision, at });
      }
    }
    this.#flags = flags;
  }

  /**
   * How many windows of a flag have ended, as of a live state: a request that was decided before a change counts in the
   * window before it.
   */
  generation(flag: string, { revision }: Pick<LiveState, 'revision'>): number {
    const known = this.#flags.get(flag);
    if (known === undefined) return 0;
    return known.settled + known.recent.filter((opening) => opening.revision <= revision).length;
  }

  /** The trips of a flag that no person has changed anything since, and with which revision what they are to do was done. */
  standing(flag: string): readonly { readonly noted: NotedTrip; readonly acted: number | undefined }[] {
    const known = this.#flags.get(flag);
    if (known === undefined) return [];
    return [...known.trips]
      .filter(([, noted]) => noted.changes === known.changes)
      .map(([key, noted]) => ({ noted, acted: known.acted.get(key) }));
  }

  /** Notes a trip; gives it where this process was the first to. */
  async trip(trip: Omit<NotedTrip, 'changes'>): Promise<NotedTrip | undefined> {
    const { flag } = trip.trip;
    const noted = { ...trip, changes: this.#flags.get(flag)?.changes ?? 0 };
    return (await this.#note([flag, 'trip', ...keyOf(trip)], noted)) ? noted : undefined;
  }

  /** Notes that a trip has done what it is to do, and with which change; where that ends no window, with none. */
  async acted(noted: NotedTrip, revision = NONE): Promise<void> {
    await this.#note([noted.trip.flag, 'acted', ...keyOf(noted)], { revision, at: this.#now() });
  }

  /** Notes that a person has changed who gets a flag. */
  async changed(flag: string, { revision, at }: Opening): Promise<void> {
    await this.#note([flag, 'changed', revision, at], { revision, at });
  }

  #note(name: readonly unknown[], note: object): Promise<boolean> {
    return within(PATIENCE, this.#results.claim(`${PREFIX}${JSON.stringify(name)}`, JSON.stringify(note)));
  }
}

/** A guardrail trips once in a window, over days and the step alike. */
function keyOf({ trip, percent, generation, arm }: Omit<NotedTrip, 'changes'>): readonly unknown[] {
  return [trip.guardrail, trip.rule, percent, generation, arm];
}
