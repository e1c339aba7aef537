/** A salt, hashed once: what `draw` mixes with a unit's hash. */
export interface Seeds {
  readonly first: number;
  readonly second: number;
}

/** An arm of a split: its seeds and its weight (of any scale). */
export interface Arm extends Seeds {
  readonly variant: string;
  readonly weight: number;
}

/**
 * murmur3_x86_32 over the UTF-8 bytes of `text` (Austin Appleby's MurmurHash3; SMHasher verification 0xB0F57EE3), as a
 * signed number, which V8 keeps without a box.
 */
export function murmur3(text: string, seed = 0): number {
  return murmur3Codes(text, seed, 127) ?? murmur3Codes(Buffer.from(text).toString('latin1'), seed, 255)!;
}

/** Over character codes, each taken for a byte; undefined where one is above `most`. */
export function murmur3Codes(text: string, seed: number, most: number): number | undefined {
  const { length } = text;
  const whole = length & ~3;
  let hash = seed | 0;
  let codes = 0;
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, d] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2), text.charCodeAt(i + 3)];
    codes |= a | b | c | d;
    hash = mixBlock(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) {
    codes |= text.charCodeAt(i);
    tail = (tail << 8) | text.charCodeAt(i);
  }
  return codes > most ? undefined : fmix32(hash ^ scramble(tail) ^ length) | 0;
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
function scramble(block: number): number {
  const once = Math.imul(block, 0xcc9e2d51);
  return Math.imul((once << 15) | (once >>> 17), 0x1b873593);
}
function fmix32(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** The seeds of a salt, which joins its parts with U+0000. */
export function seedsOf(...salt: readonly string[]): Seeds {
  const text = salt.join('\0');
  return { first: murmur3(text, 1), second: murmur3(text, 2) };
}

/** A unit's number for a salt, in [0, 1): uniform, and independent between salts. `unit` is the murmur3 of its id. */
export function draw(unit: number, { first, second }: Seeds): number {
  return fmix32((fmix32(unit ^ first) + second) | 0) / 2 ** 32;
}

/**
 * The arm a unit gets, by weighted rendezvous: the least -ln(u)/weight over the arms' own draws. Adding an arm or moving
 * weight moves only the units it must.
 */
export function chooseArm<A extends Arm>(unit: number, arms: readonly A[]): A {
  let chosen = arms[0]!;
  let most = draw(unit, chosen);
  for (let i = 1; i < arms.length; i++) {
    const arm = arms[i]!;
    const u = draw(unit, arm);
    // Most often it is clear without a logarithm.
    if (u <= most && arm.weight <= chosen.weight) continue;
    if (u <= most || arm.weight < chosen.weight)
      if (Math.log(u) / arm.weight <= Math.log(most) / chosen.weight) continue;
    chosen = arm;
    most = u;
  }
  return chosen;
}
