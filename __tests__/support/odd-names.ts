/** The list is many people's, of strings that broke something. */
const naughty = require('big-list-of-naughty-strings') as readonly string[];

/** Names that trip up whoever builds keys, queries or documents of them; each once, none empty. */
export const ODD_NAMES: readonly string[] = [
  ...new Set([
    ...naughty,
    ...[
      '__proto__',
      'constructor',
      'hasOwnProperty',
      '😀',
      '👩‍👩‍👧‍👦',
      'a\0b',
      'a\0',
      '\0',
      '\ud800',
      '\udc00',
      'a\ud83d',
      '\u0001',
      '\uffff',
    ],
    'x'.repeat(10_000),
    '漢'.repeat(3_400),
    Array.from({ length: 10_000 }, (_, at) => String.fromCharCode(33 + ((at * at * 7 + at) % 90))).join(''),
  ]),
].filter((name) => name !== '');
