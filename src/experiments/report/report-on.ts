import { dayOf } from '../../exposures/day';
import type { Totals } from '../../sinks/sink';
import type { GuardrailReading } from '../guardrails/readings';
import type { Design } from './design';
import type { Look } from './findings';
import { healthOf } from './health';
import { daysUntil, planOf } from './plan';
import type { ExperimentReport } from './report';
import { Treatment } from './treatment';
import { walk } from './walk';
import { watchedOf } from './watched';

/** A report from an experiment's totals. */
export async function reportOn(
  design: Design,
  totals: Totals,
  now: number,
  readings: readonly GuardrailReading[],
): Promise<ExperimentReport> {
  const { flag, definition, starts, ends } = design;
  const lastDay = dayOf(now);
  const rows = {
    units: totals.units.filter(({ day }) => day <= lastDay),
    sums: totals.sums.filter(({ day }) => day <= lastDay),
  };
  const tripped = readings.some(({ trip, action }) => trip && (action === 'kill' || action === 'stop'));
  const treatments = design.treatments.map((variant) => new Treatment(design, variant, tripped));
  const standing = await walk(design, rows, now, treatments);
  const plan = planOf(design, standing, now);
  const days = daysUntil(design, now);
  const report: Omit<ExperimentReport, 'treatments'> = {
    experiment: flag.name,
    description: definition.description,
    hypothesis: definition.hypothesis,
    ...(definition.owner !== undefined && { owner: definition.owner }),
    at: new Date(now).toISOString(),
    starts: new Date(starts).toISOString(),
    ...(Number.isFinite(ends) && { ends: new Date(ends).toISOString() }),
    state: now < starts ? 'scheduled' : now < ends ? 'running' : 'ended',
    days,
    unit: flag.unit,
    control: design.control,
    arms: [...design.shares].map(([variant, share]) => ({ variant, share, units: standing.unitsOf(variant) })),
    health: healthOf(design, standing, rows.units, lastDay),
    plan,
    watched: readings.map(watchedOf),
    remarks: [],
  };
  const today: Look = { standing, days, daysLeft: Math.max(1, plan.daysLeft ?? Infinity) };
  const reports = treatments.map((one) => one.report(today, report));
  // Nobody waits for what is decided.
  const { daysLeft: _, ...decided } = plan;
  const isOpen = reports.some((one) => one.decided === undefined && one.verdict !== 'rolled-back');
  const cameApart = report.health.sampleRatio.mismatch && reports.some((one) => one.decided !== undefined);
  return { ...report, ...(!isOpen && { plan: decided }), treatments: reports, remarks: cameApart ? [CAME_APART] : [] };
}

const CAME_APART =
  'Since it was decided, the arms have come apart from how they were split: something has changed, and may have been wrong before.';
