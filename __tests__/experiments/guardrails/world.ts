import type { Engine, FeatureFlag, Gatekeeper, Options, Sink } from 'gatekeeper-flags';
import { guardrailReadings, type GuardrailReading } from 'gatekeeper-flags/experiments';
import { memorySink } from 'gatekeeper-flags/sinks/memory';
import type { Evaluation } from '../../../src/evaluation';
import { patrolOf } from '../../../src/experiments/guardrails/patrol';
import { reportOf } from '../../../src/report/report';
import { engineOf } from '../../support/config';

/** A request as it ended: whose it was, and with what status after how many milliseconds. */
export interface Request {
  readonly user?: object;
  readonly visitor?: string;
  readonly status?: number;
  readonly milliseconds?: number;
}

/** What the middleware hands over when a request was answered. */
export const evaluationOf = (gk: Gatekeeper<any>): Evaluation => (gk as any).evaluation;

/** 1 December 2026, at nine. */
export const NINE = Date.parse('2026-12-01T09:00Z');

/**
 * An engine over one flag, FLAG, and its sink, with a clock that stands still. `request` is what the middleware does of one
 * (checks the flag, and tells how it was answered), and `look` what the patrol does each second.
 */
export function world(flag: FeatureFlag<any>, options: Options & { readonly clock?: { now: number } } = {}) {
  const { clock = { now: NINE }, ...rest } = options;
  const sink: Sink = options.sink?.() ?? memorySink();
  const failures: unknown[] = [];
  const engine: Engine<any> = engineOf(
    { FLAG: flag },
    { onError: (error) => failures.push(error), ...rest, sink: () => sink, now: () => clock.now },
  );
  const observer = reportOf(engine).observer!;
  opened.push(engine);

  function request({ user, visitor, status = 200, milliseconds = 10 }: Request): string {
    const gk = engine.for({ user, ...(visitor !== undefined && { visitor }) } as never);
    const variant = gk.ffVariant('FLAG');
    observer.answered(evaluationOf(gk), status, milliseconds);
    return variant;
  }

  return {
    engine,
    sink,
    clock,
    failures,
    observer,
    request,
    /** One request each of so many users, by what `of` says of each. */
    crowd(
      size: number,
      of: (id: number, variant: string) => Omit<Request, 'user'> & { readonly user?: object } = () => ({}),
    ) {
      for (let id = 0; id < size; id++) {
        const variant = engine.for({ user: { id, ...of(id, '').user } } as never).ffVariant('FLAG');
        const what = of(id, variant);
        request({ ...what, user: { id, ...what.user } });
      }
    },
    async look() {
      await observer.flush();
      await patrolOf(engine)!.look();
    },
    async readings(): Promise<readonly GuardrailReading[]> {
      await observer.flush();
      return guardrailReadings(engine, 'FLAG');
    },
    /** The reading of the one guardrail there is. */
    async reading(): Promise<GuardrailReading> {
      await observer.flush();
      const [reading, ...others] = await guardrailReadings(engine, 'FLAG');
      expect(others).toEqual([]);
      return reading!;
    },
  };
}

const opened: Engine<any>[] = [];
afterEach(() => Promise.all(opened.splice(0).map((engine) => engine.close({ timeout: 1_000 }))));
