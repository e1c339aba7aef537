import { slowEvent, type MetricGuardrail } from './guardrail';

/** From where on a request is slow, by what is watched: as of the last look. */
export class Thresholds {
  readonly #known = new Map<string, Map<string, number>>();

  set(window: string, { name }: MetricGuardrail, threshold: number | undefined): void {
    if (threshold === undefined) return;
    const known = this.#known.get(window) ?? new Map();
    this.#known.set(window, known.set(slowEvent(name), threshold));
  }

  /** The events that a request of so many milliseconds is. */
  passed(window: string, milliseconds: number): readonly string[] {
    let passed = NONE;
    const known = this.#known.get(window);
    if (known !== undefined)
      for (const [event, threshold] of known) if (milliseconds > threshold) passed = [...passed, event];
    return passed;
  }

  keep(windows: ReadonlySet<string>): void {
    for (const window of this.#known.keys()) if (!windows.has(window)) this.#known.delete(window);
  }
}

const NONE: readonly string[] = [];
