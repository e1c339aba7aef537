import type { Observer } from '../engine';
import type { Evaluation } from '../evaluation';
import type { Sink } from '../sinks/sink';
import type { QueueStats } from './queue';

/** An engine's observer, with what only reports, dashboards and middleware ask of it. */
export interface FullObserver extends Observer {
  readonly sink: Sink;
  /** Whether any experiment or guardrail measures requests. */
  readonly measuresRequests: boolean;
  /** A request was answered: with what status, and after how many milliseconds. */
  answered(evaluation: Evaluation, status: number, milliseconds: number): void;
  /** Writes what is pending, so that a report has it. */
  flush(): Promise<void>;
  stats(): QueueStats;
  close(timeout: number): Promise<void>;
}
