const MILLISECONDS = 5;

/** Lets long work give the event loop its turn every few milliseconds: `if (turn.over) await turn.next()`. */
export class Turn {
  #end = performance.now() + MILLISECONDS;

  get over(): boolean {
    return performance.now() >= this.#end;
  }

  async next(): Promise<void> {
    await new Promise(setImmediate);
    this.#end = performance.now() + MILLISECONDS;
  }
}
