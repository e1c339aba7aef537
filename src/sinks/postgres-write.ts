import { dayOf } from '../exposures/day';
import type { Batch, Exposure, TrackedEvent } from './sink';
import { Sums, daySumsOf, totalOf, type Row } from './sums';

/** Runs a statement whose `$1` is the namespace. */
export type Run = (text: string, ...values: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * The unit of each given row, looked up by its key one by one, and rows are paired below by grouping: a join is for the
 * planner to order, which takes a new experiment of a million units for one of a single unit.
 */
const KEPT = `
  LATERAL (
    SELECT arm, at, in_two_arms, ctid AS place FROM gatekeeper_sink_units AS kept
      WHERE namespace = $1 AND kept.experiment = given.experiment AND kept.unit = given.unit OFFSET 0) AS kept`;

/**
 * Writes a batch whose names are as they are kept, within a transaction: units first, then what they did, and the sums by
 * day last, each in the order of its key. So no two processes ever wait for each other, and none waits long for sums, of
 * which all change the same few.
 */
export async function writeBatch(run: Run, { exposures, events, histograms }: Batch): Promise<void> {
  const changes = new Changes();
  const elsewhere = await addUnits(run, exposures, changes);
  await lockUnits(run, [...elsewhere, ...events]);
  await leaveOut(run, elsewhere, changes);
  // A statement takes one event of a unit: those of another day come with the next.
  for (const wave of waves(events)) await addEvents(run, wave, changes);
  await changes.write(run);
  for (const { experiment, arm, writer, data } of histograms)
    await run(
      `INSERT INTO gatekeeper_sink_histograms VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (namespace, experiment, arm, writer) DO UPDATE SET data = excluded.data`,
      ...[experiment, arm, writer, data],
    );
}

/** Adds new units under their first arm; gives those exposures that are of another arm than the unit is under. */
async function addUnits(run: Run, exposures: readonly Exposure[], changes: Changes): Promise<readonly Exposure[]> {
  const units = new Map<string, Exposure[]>();
  for (const exposure of exposures) {
    const known = units.get(keyOf(exposure));
    if (known === undefined) units.set(keyOf(exposure), [exposure]);
    else if (known.every(({ arm }) => arm !== exposure.arm)) known.push(exposure);
  }
  if (units.size === 0) return [];
  const first = [...units.values()].map(([one]) => one!);
  const added = await run(
    `WITH added AS (
       INSERT INTO gatekeeper_sink_units
       SELECT $1, experiment, unit, arm, weights, at, false, properties
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[])
           AS given (experiment, unit, arm, weights, at, properties)
         ORDER BY experiment COLLATE "C", unit COLLATE "C"
       ON CONFLICT DO NOTHING RETURNING experiment, arm, weights, at)
     SELECT experiment, arm, weights, floor(at / 86400000.0)::int AS day, count(*)::int AS units FROM added GROUP BY 1, 2, 3, 4`,
    first.map(({ experiment }) => experiment),
    first.map(({ unit }) => unit),
    first.map(({ arm }) => arm),
    first.map(({ weights }) => weights),
    first.map(({ at }) => Math.floor(at)),
    first.map(({ properties }) => (properties ? JSON.stringify(properties) : null)),
  );
  for (const { experiment, arm, weights, day, units } of added)
    changes.of(experiment).addUnits({ arm, weights, day, units, inTwoArms: 0 });
  const all = [...units.values()].flat();
  if (added.reduce((sum, row) => sum + row.units, 0) === all.length) return [];
  const others = await run(
    `SELECT given.experiment, given.unit, kept.arm
       FROM unnest($2::text[], $3::text[], $4::text[]) AS given (experiment, unit, arm), ${KEPT}
     WHERE kept.arm <> given.arm AND NOT in_two_arms`,
    all.map(({ experiment }) => experiment),
    all.map(({ unit }) => unit),
    all.map(({ arm }) => arm),
  );
  const arms = new Map(others.map((row) => [keyOf(row as Exposure), row.arm as string]));
  return [...arms].map(([key, arm]) => units.get(key)!.find((one) => one.arm !== arm)!);
}

/** Whoever changes what a unit did, or leaves it out, holds its row until the end of the transaction. */
async function lockUnits(run: Run, units: readonly { readonly experiment: string; readonly unit: string }[]) {
  if (units.length === 0) return;
  await run(
    `SELECT count(*) FROM (
       SELECT FROM (
         SELECT * FROM unnest($2::text[], $3::text[]) AS given (experiment, unit)
           ORDER BY experiment COLLATE "C", unit COLLATE "C") AS given,
       LATERAL (
         SELECT FROM gatekeeper_sink_units AS kept
           WHERE namespace = $1 AND kept.experiment = given.experiment AND kept.unit = given.unit
           FOR NO KEY UPDATE) AS kept) AS locked`,
    units.map(({ experiment }) => experiment),
    units.map(({ unit }) => unit),
  );
}

/** Takes units that were seen in a second arm, and what they did, out of the sums. */
async function leaveOut(run: Run, elsewhere: readonly Exposure[], changes: Changes): Promise<void> {
  if (elsewhere.length === 0) return;
  const columns = [elsewhere.map(({ experiment }) => experiment), elsewhere.map(({ unit }) => unit)];
  const marked = await run(
    `UPDATE gatekeeper_sink_units SET in_two_arms = true
     WHERE NOT in_two_arms AND ctid = ANY (ARRAY (
       SELECT place FROM unnest($2::text[], $3::text[]) AS given (experiment, unit), ${KEPT}))
     RETURNING experiment, unit, arm, weights, at`,
    ...columns,
  );
  const totals = await run(
    `SELECT given.experiment, given.unit, event, x::text, y::text, day
       FROM unnest($2::text[], $3::text[]) AS given (experiment, unit),
       LATERAL (
         SELECT event, x, y, day FROM gatekeeper_sink_totals AS kept
           WHERE namespace = $1 AND kept.experiment = given.experiment AND kept.unit = given.unit OFFSET 0) AS kept`,
    ...columns,
  );
  const seen = new Map(elsewhere.map((exposure) => [keyOf(exposure), exposure.at]));
  const totalsOf = new Map<string, Row[]>();
  for (const row of totals)
    totalsOf.set(keyOf(row as Exposure), [...(totalsOf.get(keyOf(row as Exposure)) ?? []), row]);
  for (const row of marked) {
    const key = keyOf(row as Exposure);
    const own = totalsOf.get(key) ?? [];
    const day = Math.max(dayOf(seen.get(key)!), dayOf(Number(row.at)), ...own.map((total) => total.day));
    const sums = changes.of(row.experiment);
    sums.addUnits({ arm: row.arm, weights: row.weights, day, units: -1, inTwoArms: 1 });
    for (const total of own) sums.addChange(row.arm, total.event, day, totalOf(total), undefined);
  }
}

/** Adds what units did to their totals. What a total was before is what it is now, less what was added. */
async function addEvents(run: Run, events: readonly TrackedEvent[], changes: Changes): Promise<void> {
  const rows = await run(
    `WITH given AS (
       SELECT given.experiment, given.unit, arm, in_two_arms, event, x, y,
           GREATEST(given.day, floor(at / 86400000.0)::int) AS day
         FROM unnest($2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::int[])
           AS given (experiment, unit, event, x, y, day), ${KEPT}),
     total AS (
       INSERT INTO gatekeeper_sink_totals AS kept
         SELECT $1, experiment, unit, event, x, y, day FROM given
         ORDER BY experiment COLLATE "C", unit COLLATE "C", event COLLATE "C"
       ON CONFLICT (namespace, experiment, unit, event) DO UPDATE
         SET x = kept.x + excluded.x, y = kept.y + excluded.y, day = GREATEST(kept.day, excluded.day)
       RETURNING experiment, unit, event, x, y, day),
     change AS (
       SELECT experiment, event, max(arm) AS arm, max(day) AS day,
           max(added_x) AS added_x, max(added_y) AS added_y, max(x) AS x, max(y) AS y
         FROM (
           SELECT experiment, unit, event, arm, NULL::int AS day, x AS added_x, y AS added_y, NULL AS x, NULL AS y
             FROM given WHERE NOT in_two_arms
           UNION ALL SELECT experiment, unit, event, NULL, day, NULL, NULL, x, y FROM total) AS both_of_them
         GROUP BY experiment, unit, event)
     SELECT experiment, arm, event, day,
         sum((y > 0)::int - (y - added_y > 0)::int)::int AS units,
         sum(added_x)::text AS x, sum(added_x * (2 * x - added_x))::text AS xx,
         sum(added_y)::text AS y, sum(added_y * (2 * y - added_y))::text AS yy,
         sum(x * y - (x - added_x) * (y - added_y))::text AS xy
       FROM change WHERE arm IS NOT NULL GROUP BY 1, 2, 3, 4`,
    events.map(({ experiment }) => experiment),
    events.map(({ unit }) => unit),
    events.map(({ event }) => event),
    events.map(({ sum }) => String(sum)),
    events.map(({ count }) => count),
    events.map(({ at }) => dayOf(at)),
  );
  for (const { experiment, ...row } of rows) changes.of(experiment).addSums(daySumsOf(row));
}

/** What a batch changes in the sums by day of each experiment. */
class Changes {
  readonly #experiments = new Map<string, Sums>();

  of(experiment: string): Sums {
    const sums = this.#experiments.get(experiment) ?? new Sums();
    this.#experiments.set(experiment, sums);
    return sums;
  }

  async write(run: Run): Promise<void> {
    const experiments = [...this.#experiments];
    const units = experiments.flatMap(([experiment, { units }]) => units.map((one) => ({ experiment, ...one })));
    const sums = experiments.flatMap(([experiment, { sums }]) => sums.map((one) => ({ experiment, ...one })));
    if (units.length > 0)
      await run(
        `INSERT INTO gatekeeper_sink_day_units AS kept
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[])
           AS given (experiment, arm, weights, day, units, in_two_arms)
           ORDER BY experiment COLLATE "C", arm COLLATE "C", weights COLLATE "C", day
         ON CONFLICT (namespace, experiment, arm, weights, day) DO UPDATE
         SET units = kept.units + excluded.units, in_two_arms = kept.in_two_arms + excluded.in_two_arms`,
        units.map(({ experiment }) => experiment),
        units.map(({ arm }) => arm),
        units.map(({ weights }) => weights),
        units.map(({ day }) => day),
        units.map((one) => one.units),
        units.map(({ inTwoArms }) => inTwoArms),
      );
    if (sums.length > 0)
      await run(
        `INSERT INTO gatekeeper_sink_day_sums AS kept
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[],
             $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[])
           AS given (experiment, arm, event, day, units, x, xx, y, yy, xy)
           ORDER BY experiment COLLATE "C", arm COLLATE "C", event COLLATE "C", day
         ON CONFLICT (namespace, experiment, arm, event, day) DO UPDATE
         SET units = kept.units + excluded.units, x = kept.x + excluded.x, xx = kept.xx + excluded.xx,
           y = kept.y + excluded.y, yy = kept.yy + excluded.yy, xy = kept.xy + excluded.xy`,
        sums.map(({ experiment }) => experiment),
        sums.map(({ arm }) => arm),
        sums.map(({ event }) => event),
        sums.map(({ day }) => day),
        sums.map((one) => one.units),
        ...(['sumX', 'sumXX', 'sumY', 'sumYY', 'sumXY'] as const).map((name) => sums.map((one) => String(one[name]))),
      );
  }
}

/** No name that is kept has a U+0000 in it. */
function keyOf({ experiment, unit }: { readonly experiment: string; readonly unit: string }): string {
  return `${experiment}\0${unit}`;
}

/** Events in their order, such that none of these lists has two of one unit and event. */
function waves(events: readonly TrackedEvent[]): readonly (readonly TrackedEvent[])[] {
  const waves: TrackedEvent[][] = [];
  const times = new Map<string, number>();
  for (const event of events) {
    const key = `${keyOf(event)}\0${event.event}`;
    const time = times.get(key) ?? 0;
    times.set(key, time + 1);
    (waves[time] ??= []).push(event);
  }
  return waves;
}
