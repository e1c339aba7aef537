import { dayOf } from '../exposures/day';
import type { Ledger, Unit } from './ledger';
import type { Exposure } from './sink';
import type { Sql } from './sqlite-connection';
import { Sums, daySumsOf, totalOf, type Row, type Total } from './sums';

/** Units and totals in their tables, within one transaction; the sums are those that it changes. */
export class SqliteLedger implements Ledger {
  readonly #sql: Sql;
  readonly #namespace: string;
  readonly #changes = new Map<string, Sums>();

  constructor(sql: Sql, namespace: string) {
    this.#sql = sql;
    this.#namespace = namespace;
  }

  unit(experiment: string, unit: string): Unit | undefined {
    const row = this.#sql(
      `SELECT arm, weights, at, in_two_arms FROM gatekeeper_sink_units
       WHERE namespace = ? AND experiment = ? AND unit = ?`,
    ).get(this.#namespace, experiment, unit) as Row | undefined;
    if (!row) return undefined;
    const { arm, weights, at, in_two_arms } = row;
    return { arm, weights, day: dayOf(at), inTwoArms: in_two_arms === 1 };
  }

  addUnit({ experiment, unit, arm, weights, at, properties }: Exposure): boolean {
    this.#sql('INSERT INTO gatekeeper_sink_units VALUES (?, ?, ?, ?, ?, ?, 0, ?)').run(
      ...[this.#namespace, experiment, unit, arm, weights, Math.floor(at)],
      properties ? JSON.stringify(properties) : null,
    );
    return true;
  }

  markInTwoArms(experiment: string, unit: string): void {
    this.#sql(
      'UPDATE gatekeeper_sink_units SET in_two_arms = 1 WHERE namespace = ? AND experiment = ? AND unit = ?',
    ).run(this.#namespace, experiment, unit);
  }

  totals(experiment: string, unit: string): (readonly [string, Total])[] {
    const rows = this.#sql(
      'SELECT event, x, y, day FROM gatekeeper_sink_totals WHERE namespace = ? AND experiment = ? AND unit = ?',
    ).all(this.#namespace, experiment, unit) as Row[];
    return rows.map((row) => [row.event, totalOf(row)]);
  }

  total(experiment: string, unit: string, event: string): Total | undefined {
    const row = this.#sql(
      'SELECT x, y, day FROM gatekeeper_sink_totals WHERE namespace = ? AND experiment = ? AND unit = ? AND event = ?',
    ).get(this.#namespace, experiment, unit, event) as Row | undefined;
    return row && totalOf(row);
  }

  setTotal(experiment: string, unit: string, event: string, { x, y, day }: Total): void {
    this.#sql('INSERT OR REPLACE INTO gatekeeper_sink_totals VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      ...[this.#namespace, experiment, unit, event, String(x), String(y), day],
    );
  }

  sums(experiment: string): Sums {
    const sums = this.#changes.get(experiment) ?? new Sums();
    this.#changes.set(experiment, sums);
    return sums;
  }

  /** Adds what has changed to the sums by day. */
  writeChanges(): void {
    for (const [experiment, { units, sums }] of this.#changes) {
      for (const { arm, weights, day, units: added, inTwoArms } of units)
        this.#sql(
          `INSERT INTO gatekeeper_sink_day_units VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
           SET units = units + excluded.units, in_two_arms = in_two_arms + excluded.in_two_arms`,
        ).run(this.#namespace, experiment, arm, weights, day, added, inTwoArms);
      const all = new Sums();
      for (const one of sums) {
        const stands = this.#sql(
          'SELECT * FROM gatekeeper_sink_day_sums WHERE namespace = ? AND experiment = ? AND arm = ? AND event = ? AND day = ?',
        ).get(this.#namespace, experiment, one.arm, one.event, one.day) as Row | undefined;
        if (stands) all.addSums(daySumsOf(stands));
        all.addSums(one);
      }
      for (const { arm, event, day, units: added, ...of } of all.sums)
        this.#sql('INSERT OR REPLACE INTO gatekeeper_sink_day_sums VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
          ...[this.#namespace, experiment, arm, event, day, added],
          ...[of.sumX, of.sumXX, of.sumY, of.sumYY, of.sumXY].map(String),
        );
    }
  }
}
