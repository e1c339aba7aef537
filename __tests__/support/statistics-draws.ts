import { draw, murmur3, seedsOf } from '../../src/rules/bucket';
import { evenness, independence, randomOf } from './statistics';
import { idKinds, idsOf } from './statistics-ids';

// Run as a program of its own, which prints JSON: within jest, every look-up of a global such as Math takes far longer.

const PER_KIND = 250_000;
const FLAGS = 100;
const PAIRS = 200;
const BINS = 100;

/** How likely what was found is where draws are right: a p-value a flag, and a p-value a pair of flags. */
export interface Found {
  readonly ids: string;
  readonly flags: readonly number[];
  readonly pairs: readonly number[];
}

/** In which hundredth each unit's draw falls, flag by flag. */
function binsOf(units: Int32Array): readonly Uint8Array[] {
  return Array.from({ length: FLAGS }, (_, flag) => {
    const seeds = seedsOf(`FLAG_${flag}`, flag % 2 === 0 ? 'everybody' : 'growth', 'rollout');
    const bins = new Uint8Array(units.length);
    for (let unit = 0; unit < units.length; unit++) bins[unit] = draw(units[unit]!, seeds) * BINS;
    return bins;
  });
}

function counted(bins: Uint8Array): Float64Array {
  const counts = new Float64Array(BINS);
  for (const bin of bins) counts[bin]! += 1;
  return counts;
}

const tenthOf = Uint8Array.from({ length: BINS }, (_, bin) => (bin * 10) / BINS);

/** How often each tenth of one flag met each tenth of another. */
function crossed(one: Uint8Array, other: Uint8Array): Float64Array {
  const table = new Float64Array(100);
  for (let unit = 0; unit < one.length; unit++) table[tenthOf[one[unit]!]! * 10 + tenthOf[other[unit]!]!]! += 1;
  return table;
}

/** Neighbours, whose salts differ least, and then any two. */
function pairsOf(): readonly (readonly [number, number])[] {
  const random = randomOf(PAIRS);
  const any = (count: number) => Math.floor(random() * count);
  return Array.from({ length: PAIRS }, (_, pair) => {
    if (pair < FLAGS) return [pair, (pair + 1) % FLAGS];
    const one = any(FLAGS);
    return [one, (one + 1 + any(FLAGS - 1)) % FLAGS];
  });
}

const sum = (tables: readonly Float64Array[]) =>
  tables.reduce((total, table) => total.map((count, cell) => count + table[cell]!));

const pairs = pairsOf();
const kinds = idKinds.map((ids) => {
  const all = idsOf(ids, PER_KIND);
  if (new Set(all).size < PER_KIND) throw new Error(`${ids} are not all different`);
  const bins = binsOf(Int32Array.from(all, (id) => murmur3(id)));
  return { ids, counts: bins.map(counted), tables: pairs.map(([one, other]) => crossed(bins[one]!, bins[other]!)) };
});
const together = {
  ids: 'all together',
  counts: Array.from({ length: FLAGS }, (_, flag) => sum(kinds.map(({ counts }) => counts[flag]!))),
  tables: pairs.map((_, pair) => sum(kinds.map(({ tables }) => tables[pair]!))),
};
const found: readonly Found[] = [...kinds, together].map(({ ids, counts, tables }) => ({
  ids,
  flags: counts.map(evenness),
  pairs: tables.map((table) => independence(table, 10)),
}));
console.log(JSON.stringify(found));
