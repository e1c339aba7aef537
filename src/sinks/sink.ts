/** A unit that was served an arm of an experiment, or that a guardrail watches. */
export interface Exposure {
  /** The experiment's name; of a guardrail, what it watches: a flag's rule at a percentage. */
  readonly experiment: string;
  readonly arm: string;
  /** The id of the user, visitor or group. */
  readonly unit: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The shares that the arm was drawn with, such as `CONTROL:50,ONE_PAGE:50`. */
  readonly weights: string;
  /** What the experiment lists of the unit's properties; nothing unless it lists any. */
  readonly properties?: { readonly [name: string]: string | number | boolean };
}

/** What a unit did. A sink counts it for units that it knows to be exposed, and for no other. */
export interface TrackedEvent {
  readonly experiment: string;
  readonly unit: string;
  readonly event: string;
  /** How often, and the sum of the values, in millionths: whole numbers, so that sums have no rounding. */
  readonly count: number;
  readonly sum: bigint;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The durations of requests, as one process has counted them so far: it takes the place of what that process wrote before. */
export interface Histogram {
  readonly experiment: string;
  readonly arm: string;
  /** Which process. */
  readonly writer: string;
  readonly data: string;
}

/** What is written at once. */
export interface Batch {
  /** Names the batch: one that a sink has taken already changes nothing when it comes again. */
  readonly id: string;
  readonly exposures: readonly Exposure[];
  /** At most one for each experiment, unit, event and day. */
  readonly events: readonly TrackedEvent[];
  readonly histograms: readonly Histogram[];
}

/** Units of an arm, by the day (in days since 1970, UTC) of their first exposure. Rows add up: those of all days until one are the state as of its end. */
export interface DayUnits {
  readonly arm: string;
  readonly weights: string;
  readonly day: number;
  /** Less those that were found on that day to have seen another arm as well; */
  readonly units: number;
  /** these. */
  readonly inTwoArms: number;
}

/**
 * What an arm's units did on a day: the change of each sum over the units' own totals, x of values (in millionths) and y of
 * counts. Rows add up as those of units do; units in two arms are in none.
 */
export interface DaySums {
  readonly arm: string;
  readonly event: string;
  readonly day: number;
  /** Units with the event. */
  readonly units: number;
  readonly sumX: bigint;
  readonly sumXX: bigint;
  readonly sumY: bigint;
  readonly sumYY: bigint;
  readonly sumXY: bigint;
}

/** All that a report needs of an experiment. */
export interface Totals {
  readonly units: readonly DayUnits[];
  readonly sums: readonly DaySums[];
}

/** What a sink gives back. */
export interface Results {
  /** An experiment's totals, from the sums kept by day; however many units, within milliseconds. */
  read(experiment: string): Promise<Totals>;
  /** The same from every unit's own totals, with all under day 0: what `read` adds up to, to the last digit. */
  recompute(experiment: string): Promise<Totals>;
  /** The histograms of all processes. */
  histograms(experiment: string): Promise<readonly Histogram[]>;
  /** Keeps a note, unless there is one of that name: true for the one process that was first. */
  claim(name: string, note: string): Promise<boolean>;
  /** The notes whose names begin so, by name. */
  claims(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** Deletes what is kept of an experiment, but for notes. */
  forget(experiment: string): Promise<void>;
}

/** Where exposures and events go. */
export interface Sink {
  /** Such as `postgres`. */
  readonly kind: string;
  /** At most so many exposures and events at once, where it asks for fewer than a queue's 5,000. */
  readonly batch?: number;
  /** Only this process writes to it, so that no event has to wait for another's exposure. */
  readonly local?: boolean;
  /**
   * Takes a batch whole or, rejecting, not at all. One whose answer was lost comes again under its id, perhaps while it is
   * being written still. Names are any text whatever.
   */
  write(batch: Batch): Promise<void>;
  /** What it gives back; a sink that only sends on gives nothing. */
  readonly results?: Results;
  close(): Promise<void>;
}
