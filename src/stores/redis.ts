import { randomUUID } from 'node:crypto';
import { Listeners } from './listen';
import { connectRedis, type RedisClient } from './redis-client';
import { newerSchema } from './schema';
import type { Change } from './live-control';
import { SCHEMA, type Count, type Store, type StoredFlag } from './store';

export interface RedisStoreOptions {
  /** A connected client of `redis` or `ioredis`. The store opens one more connection of its kind, to listen on. */
  readonly client: RedisClient;
  /** Tells apps that share the server apart: every key begins with `{namespace}:`. Defaults to `gatekeeper`. */
  readonly namespace?: string;
  /** Milliseconds between two looks for changes that no message told of. Defaults to 5,000. */
  readonly pollEvery?: number;
}

const PAGE = 2_000;
const HISTORY = 10_000;

const READ = `
  return { redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]) }`;

// A flag is kept as its revision, a space, and its value.
const WRITE = `
  local meta, flags, segments, history, prefix = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  local id, schema, known, change, partial = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
  if known ~= '' and redis.call('HGET', meta, 'id') ~= known then return { 'emptied' } end
  local epoch, clear, has_flag, flag, value, on_top_of = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
  local has_segment, segment, member, channel = ARGV[12], ARGV[13], ARGV[14], ARGV[15]
  if tonumber(redis.call('HGET', meta, 'schema') or schema) > tonumber(schema) then
    return { 'newer', redis.call('HGET', meta, 'schema') }
  end
  if has_flag == '1' then
    local stands = redis.call('HGET', flags, flag)
    local revision = stands and string.match(stands, '^(%d+) ') or '0'
    if revision ~= on_top_of then return { 'conflict', stands or '' } end
  end
  redis.call('HSETNX', meta, 'id', id)
  redis.call('HSETNX', meta, 'schema', schema)
  local revision = redis.call('HINCRBY', meta, 'revision', 1)
  if epoch == '1' then redis.call('HINCRBY', meta, 'epoch', 1) end
  if clear == '1' then
    for _, name in ipairs(redis.call('HKEYS', segments)) do redis.call('DEL', prefix .. 'in:' .. name, prefix .. 'out:' .. name) end
    redis.call('DEL', flags, segments)
    redis.call('HSET', meta, 'cleared', revision)
  end
  if has_flag == '1' then redis.call('HSET', flags, flag, revision .. ' ' .. value) end
  if has_segment == '1' then
    local into, out = prefix .. 'in:' .. segment, prefix .. 'out:' .. segment
    if member ~= '1' then into, out = out, into end
    for i = 16, #ARGV do
      redis.call('ZADD', into, revision, ARGV[i])
      redis.call('ZREM', out, ARGV[i])
    end
    redis.call('HSET', segments, segment, revision)
  end
  if partial ~= '1' then
    redis.call('ZADD', history, revision, revision .. ' ' .. change)
    redis.call('ZREMRANGEBYRANK', history, 0, -${HISTORY + 1})
  end
  redis.call('PUBLISH', channel, revision)
  return { 'written', revision }`;

// A page ends with a revision, so that nothing that moves to a higher one while pages are read is passed over.
const MEMBERS = `
  local set, since, size = KEYS[1], ARGV[1], tonumber(ARGV[2])
  local found = redis.call('ZRANGEBYSCORE', set, '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, size)
  local last = #found == 2 * size and found[#found] or ''
  local page = {}
  for i = 1, #found, 2 do
    if found[i + 1] ~= last then page[#page + 1] = found[i] end
  end
  if last ~= '' then
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', set, last, last)) do page[#page + 1] = id end
  end
  return { last, page }`;

const ADD_COUNTS = `
  for i = 1, #ARGV, 3 do
    redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
    local last = redis.call('HGET', KEYS[2], ARGV[i])
    if not last or tonumber(last) < tonumber(ARGV[i + 2]) then redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2]) end
  end`;

/**
 * Keeps live state in Redis, for any number of machines: changes are published, and read again after every reconnect and
 * every now and then. The history keeps the newest 10,000 changes. Works with Redis 5 and later, also in a cluster.
 */
export function redisStore({ client, namespace = 'gatekeeper', pollEvery = 5_000 }: RedisStoreOptions): Store {
  const { send, listen } = connectRedis(client);
  const listeners = new Listeners();
  const key = (name: string) => `{${namespace}}:${name}`;
  const script = (text: string, keys: readonly string[], args: readonly (string | number)[]) =>
    send(['EVAL', text, String(keys.length), ...keys.map(key), ...args.map(String)]);

  return {
    kind: 'redis',
    pollEvery,

    async read() {
      const [meta, flags, segments] = (await script(READ, ['meta', 'flags', 'segments'], [])) as string[][];
      const { id = '', revision, epoch, cleared, schema } = Object.fromEntries(pairs(meta!));
      return {
        id,
        revision: Number(revision ?? 0),
        epoch: Number(epoch ?? 0),
        cleared: Number(cleared ?? 0),
        schema: Number(schema ?? SCHEMA),
        flags: new Map(pairs(flags!).map(([name, stored]) => [name, parseFlag(stored)])),
        segments: new Map(pairs(segments!).map(([name, at]) => [name, Number(at)])),
      };
    },

    async *members(segment, since) {
      for (const [set, member] of [
        ['in', true],
        ['out', false],
      ] as const) {
        for (let after = String(since); after !== '';) {
          const [last, ids] = (await script(MEMBERS, [`${set}:${segment}`], [after, PAGE])) as [string, string[]];
          if (ids.length > 0) yield ids.map((id) => ({ id, member }));
          after = last;
        }
      }
    },

    async write({ id, change, partial, flag, segment, raiseEpoch, clear }) {
      const [result, value] = (await script(
        WRITE,
        ['meta', 'flags', 'segments', 'history', ''],
        [
          ...[randomUUID(), SCHEMA, id, JSON.stringify(change), partial ? 1 : 0, raiseEpoch ? 1 : 0, clear ? 1 : 0],
          ...[flag ? 1 : 0, flag?.name ?? '', flag?.value ?? '', flag?.onTopOf ?? 0],
          ...[segment ? 1 : 0, segment?.name ?? '', segment?.member ? 1 : 0, key('changed')],
          ...(segment?.ids ?? []),
        ],
      )) as [string, string | number];
      if (result === 'emptied') return { emptied: true };
      if (result === 'newer') throw newerSchema(Number(value));
      if (result === 'conflict') return { conflict: value === '' ? undefined : parseFlag(String(value)) };
      if (result === 'written') return { revision: Number(value) };
      throw new Error(`Redis answered something else than was asked: ${String(result)}`);
    },

    async history({ flag, since = 0, limit = 100 }) {
      const found: Change[] = [];
      const size = flag === undefined ? Math.min(limit, PAGE) : PAGE;
      for (let before = '+inf'; found.length < limit;) {
        const range = [before, `(${since}`, 'LIMIT', '0', String(size)];
        const page = ((await send(['ZREVRANGEBYSCORE', key('history'), ...range])) as string[]).map(parseChange);
        const wanted = page.filter((change) => flag === undefined || change.flag === flag);
        found.push(...wanted.slice(0, limit - found.length));
        if (page.length < size) break;
        before = `(${page.at(-1)!.revision}`;
      }
      return found;
    },

    async addCounts(counts) {
      const args = counts.flatMap(({ flag, variant, count, last }) => [JSON.stringify([flag, variant]), count, last]);
      if (args.length > 0) await script(ADD_COUNTS, ['counts', 'decided'], args);
    },

    async counts(): Promise<readonly Count[]> {
      const counts = pairs((await send(['HGETALL', key('counts')])) as string[]);
      const decided = Object.fromEntries(pairs((await send(['HGETALL', key('decided')])) as string[]));
      return counts.map(([name, count]) => {
        const [flag, variant] = JSON.parse(name) as [string, string];
        return { flag, variant, count: Number(count), last: Number(decided[name] ?? 0) };
      });
    },

    watch: (changed) => listeners.listen((lost) => listen(key('changed'), changed, lost), changed),
    async close() {
      listeners.close();
    },
  };
}

/** A hash as Redis gives it, name and value in turn; clients that ask for RESP 3 give an object. */
function pairs(reply: readonly string[] | { readonly [field: string]: string }): [string, string][] {
  if (!Array.isArray(reply)) return Object.entries(reply) as [string, string][];
  return Array.from({ length: reply.length / 2 }, (_, i) => [reply[2 * i]!, reply[2 * i + 1]!]);
}

function parseFlag(stored: string): StoredFlag {
  const [, revision, value] = /^(\d+) (.*)$/s.exec(stored) ?? [];
  return { revision: Number(revision ?? 0), value: value ?? stored };
}

function parseChange(text: string): Change {
  const [, revision, change] = /^(\d+) (.*)$/s.exec(text)!;
  return { ...JSON.parse(change!), revision: Number(revision) };
}
