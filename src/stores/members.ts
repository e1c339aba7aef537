import { murmur3 } from '../rules/bucket';

const SHARDS = 4096;

/** An immutable set of ids, in shards: a changed copy shares all shards but those of the ids that changed. */
export class Members {
  constructor(
    private readonly shards: readonly (ReadonlySet<string> | undefined)[] = [],
    readonly size = 0,
  ) {}

  has(id: string): boolean {
    return this.shards[shardOf(id)]?.has(id) ?? false;
  }

  with(ids: Iterable<string>): Members {
    return this.#changed(ids, (shard, id) => shard.add(id));
  }

  without(ids: Iterable<string>): Members {
    return this.#changed(ids, (shard, id) => shard.delete(id));
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const shard of this.shards) if (shard) yield* shard;
  }

  #changed(ids: Iterable<string>, change: (shard: Set<string>, id: string) => void): Members {
    const shards = Array.from({ length: SHARDS }, (_, index) => this.shards[index]);
    const copied = new Set<number>();
    let { size } = this;
    for (const id of ids) {
      const index = shardOf(id);
      const shard = copied.has(index) ? (shards[index] as Set<string>) : new Set(shards[index]);
      copied.add(index);
      shards[index] = shard;
      size -= shard.size;
      change(shard, id);
      size += shard.size;
    }
    return new Members(shards, size);
  }
}

function shardOf(id: string): number {
  return murmur3(id) & (SHARDS - 1);
}
