import { murmur3 } from '../rules/bucket';

const SHARDS = 4096;
type Shards = readonly (ReadonlySet<string> | undefined)[];

/** An immutable set of ids, in shards: a changed copy shares all shards but those of the ids that changed. */
export class Members {
  constructor(
    readonly shards: Shards = [],
    readonly size = 0,
  ) {}

  has(id: string): boolean {
    return this.shards[shardOf(id)]?.has(id) ?? false;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const shard of this.shards) if (shard) yield* shard;
  }
}

/** A copy of a set of ids while it is being changed: each shard is copied when the first of its ids changes. */
export class MembersDraft {
  readonly #base: Shards;
  readonly #copies: Set<string>[] = [];
  #size: number;

  constructor({ shards, size }: Members = new Members()) {
    this.#base = shards;
    this.#size = size;
  }

  /** Whether that changed anything. */
  add(id: string): boolean {
    const shard = this.#copyOf(id);
    const before = shard.size;
    this.#size += shard.add(id).size - before;
    return shard.size > before;
  }

  /** Whether that changed anything. */
  delete(id: string): boolean {
    const changed = this.#copyOf(id).delete(id);
    if (changed) this.#size -= 1;
    return changed;
  }

  done(): Members {
    const shards = Array.from({ length: SHARDS }, (_, index) => this.#copies[index] ?? this.#base[index]);
    return new Members(shards, this.#size);
  }

  #copyOf(id: string): Set<string> {
    const index = shardOf(id);
    return (this.#copies[index] ??= new Set(this.#base[index]));
  }
}

/** The shard of an id; one set of a million would stop everything for a while whenever it grows. */
export function shardOf(id: string): number {
  return murmur3(id) & (SHARDS - 1);
}
