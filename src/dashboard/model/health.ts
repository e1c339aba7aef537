import type { LiveStatus } from '../../stores/live-control';
import type { Stats } from '../../report/report';
import type { Visit } from '../visit';
import { told } from './told';

/** How live state is doing in this process, and what was counted since it started. */
export interface Health {
  readonly status: LiveStatus;
  readonly stats: Stats;
  readonly environment: string;
  readonly flags: number;
  /** What runs here, and since when, in milliseconds since 1970. */
  readonly process: { readonly id: number; readonly node: string; readonly since: number };
}

export function health({ engine, environment, now }: Visit): Health {
  const status = engine.status();
  return {
    status: { ...status, problem: status.problem && told(status.problem) },
    stats: engine.stats(),
    ...{ environment, flags: engine.config.compiled.size },
    process: { id: process.pid, node: process.version, since: Math.round(now - process.uptime() * 1000) },
  };
}
