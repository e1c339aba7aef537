import { Outcome, decide } from '../decide';
import type { Evaluation } from '../evaluation';
import type { Flag } from '../flag';
import { recursionError } from './ask-rule';

/** The flags whose own getVariant is running: a rule may ask for other flags, but not go round in a circle. */
export class Running {
  private readonly flags: { readonly flag: Flag; recursive: boolean }[] = [];

  /** Whether `flag` is being decided already; all rules that led back to it are then recursive. */
  leadsBackTo(flag: Flag): boolean {
    const first = this.flags.findIndex((running) => running.flag === flag);
    if (first < 0) return false;
    for (const running of this.flags.slice(first)) running.recursive = true;
    return true;
  }

  run(flag: Flag, asker: Evaluation): Outcome {
    const running = { flag, recursive: false };
    this.flags.push(running);
    const outcome = decide(flag, asker);
    this.flags.pop();
    return running.recursive ? new Outcome(flag, flag.off, 'error', undefined, recursionError(flag)) : outcome;
  }
}
