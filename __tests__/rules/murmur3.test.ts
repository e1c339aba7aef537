import fc from 'fast-check';
import { murmur3 as signed, murmur3Codes } from '../../src/rules/bucket';

const murmur3 = (text: string, seed = 0) => signed(text, seed) >>> 0;
const murmur3Bytes = (bytes: Uint8Array, seed = 0) =>
  murmur3Codes(Buffer.from(bytes).toString('latin1'), seed, 255)! >>> 0;

test("SMHasher's verification value", () => {
  const hashes = Buffer.alloc(4 * 256);
  for (let length = 0; length < 256; length++) {
    const key = Uint8Array.from({ length }, (_, byte) => byte);
    hashes.writeUInt32LE(murmur3Bytes(key, 256 - length), 4 * length);
  }
  expect(murmur3Bytes(hashes, 0)).toBe(0xb0f57ee3);
});

// Ian Boyd's vectors: https://stackoverflow.com/a/31929528
test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['\0', 0, 0x514e28b7],
  ['\0\0', 0, 0x30f4c306],
  ['\0\0\0', 0, 0x85f0b427],
  ['\0\0\0\0', 0, 0x2362f9de],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['aa', 0x9747b28c, 0x5d211726],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['ab', 0x9747b28c, 0x74875592],
  ['abc', 0x9747b28c, 0xc84a62dd],
  ['abcd', 0x9747b28c, 0xf0478627],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ['a'.repeat(256), 0x9747b28c, 0x37405bdc],
])('%j with seed %i', (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash);
});

test.each([
  ['21436587', 0, 0xf55b516b],
  ['21436587', 0x5082edee, 0x2362f9de],
  ['214365', 0, 0x7e4a8634],
  ['2143', 0, 0xa0f7b07a],
  ['21', 0, 0x72661cf4],
  ['ffffffff', 0, 0x76293b50],
])('the bytes %s with seed %i', (bytes, seed, hash) => {
  expect(murmur3Bytes(Buffer.from(bytes, 'hex'), seed)).toBe(hash);
});

describe('a text is hashed as its UTF-8', () => {
  const seeds = fc.integer({ min: 0, max: 0xffffffff });
  // Mostly ASCII with something else somewhere, whose place decides how the rest is read.
  const mixed = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.string({ unit: 'binary-ascii', size: '+1' }) }, fc.string({ unit: 'binary' })),
  );
  const surrogates = fc.array(fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)));

  test.each([
    ['ASCII', fc.string({ unit: 'binary-ascii' })],
    ['all of Unicode', fc.string({ unit: 'binary' })],
    ['ASCII and all of Unicode', mixed.map((parts) => parts.join(''))],
    ['any UTF-16, lone surrogates too', surrogates.map((units) => units.join(''))],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, seeds, (text, seed) => {
        expect(murmur3(text, seed)).toBe(murmur3Bytes(Buffer.from(text, 'utf8'), seed));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a surrogate without its partner is U+FFFD', () => {
    expect(murmur3('\ud83d')).toBe(murmur3('\ufffd'));
    expect(murmur3('ab\udc00c')).toBe(murmur3('ab\ufffdc'));
    expect(murmur3('\ud83d\ude80')).toBe(murmur3Bytes(Buffer.from('f09f9a80', 'hex')));
  });

  test('characters on each side of what a byte, two or three can hold', () => {
    const characters = ['\x7f', '\x80', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}'];
    expect(characters.map((one) => murmur3(one))).toEqual(characters.map((one) => murmur3Bytes(Buffer.from(one))));
  });
});

test('a megabyte is hashed like anything else', () => {
  const text = 'x'.repeat(2 ** 20) + 'é';
  expect(murmur3(text)).toBe(murmur3Bytes(Buffer.from(text)));
});
