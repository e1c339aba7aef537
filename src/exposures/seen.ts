/** Remembers what was seen lately: at least the last `limit` keys, at most twice as many. */
export class Seen {
  #new = new Map<string, string>();
  #old = new Map<string, string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether `key` was last seen with `value`. */
  has(key: string, value: string): boolean {
    return (this.#new.get(key) ?? this.#old.get(key)) === value;
  }

  add(key: string, value: string): void {
    if (this.#new.size >= this.#limit) {
      this.#old = this.#new;
      this.#new = new Map();
    }
    this.#new.set(key, value);
  }
}
