import { randomOf } from './statistics';

const NAMES = ['ada', 'grace', 'alan', 'edsger', 'barbara', 'donald', 'margaret', 'ken', 'frances', 'dennis'];
const HOSTS = ['shop.example', 'mail.example', 'example.com', 'company.example'];
/** Where the letters of some scripts begin, and how many there are. */
const SCRIPTS = [
  [0x00c0, 63],
  [0x0410, 64],
  [0x05d0, 27],
  [0x0905, 53],
  [0x3041, 86],
  [0x4e00, 20_000],
  [0xac00, 11_172],
  [0x1f600, 80],
] as const;

type Kind = (index: number, random: () => number) => string;

const kinds: { readonly [kind: string]: Kind } = {
  UUIDs(_, random) {
    const digits = Array.from({ length: 4 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');
  },
  'sequential numbers': (index) => String(index + 1),
  'e-mail addresses'(index, random) {
    const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)];
    return `${pick(NAMES)}.${pick(NAMES)}${index}@${pick(HOSTS)}`;
  },
  Unicode(index, random) {
    const [first, count] = SCRIPTS[index % SCRIPTS.length]!;
    const letters = Array.from({ length: 8 }, () => String.fromCodePoint(first + Math.floor(random() * count)));
    return letters.join('') + index.toString(36);
  },
};

/** Kinds of ids as apps have them. */
export const idKinds = Object.keys(kinds);

/** `count` ids of a kind, all different, and the same in every run. */
export function idsOf(kind: string, count: number): string[] {
  const random = randomOf(kind.length);
  return Array.from({ length: count }, (_, index) => kinds[kind]!(index, random));
}
