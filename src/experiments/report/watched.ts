import type { GuardrailReading } from '../guardrails/readings';
import type { Watched } from './report';

/** A guardrail at work, as reports and dashboards have it. */
export function watchedOf({ flag: _, trip, ...reading }: GuardrailReading): Watched {
  return { ...reading, ...(trip && { tripped: { at: new Date(trip.at).toISOString(), reason: trip.reason } }) };
}
