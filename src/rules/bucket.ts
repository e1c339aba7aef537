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

const utf8 = new TextEncoder();

/** murmur3_x86_32 over the UTF-8 bytes of `text` (Austin Appleby's MurmurHash3; SMHasher verification 0xB0F57EE3). */
export function murmur3(text: string, seed = 0): number {
  let hash = seed | 0;
  const { length } = text;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, d] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2), text.charCodeAt(i + 3)];
    if ((a | b | c | d) > 127) return murmur3Bytes(utf8.encode(text), seed);
    hash = mixBlock(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) {
    const code = text.charCodeAt(i);
    if (code > 127) return murmur3Bytes(utf8.encode(text), seed);
    tail = (tail << 8) | code;
  }
  return finish(hash, tail, length);
}

/** murmur3_x86_32 over bytes. */
export function murmur3Bytes(bytes: Uint8Array, seed = 0): number {
  let hash = seed | 0;
  const { length } = bytes;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4)
    hash = mixBlock(hash, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]!;
  return finish(hash, tail, length);
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
function scramble(block: number): number {
  const once = Math.imul(block, 0xcc9e2d51);
  return Math.imul((once << 15) | (once >>> 17), 0x1b873593);
}
function finish(hash: number, tail: number, length: number): number {
  return fmix32(hash ^ scramble(tail) ^ length);
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
export function chooseArm(unit: number, arms: readonly Arm[]): Arm {
  let chosen = arms[0]!;
  let least = Infinity;
  for (const arm of arms) {
    const score = -Math.log(draw(unit, arm)) / arm.weight;
    if (score < least) [chosen, least] = [arm, score];
  }
  return chosen;
}
