import type { Flag } from '../flag';

/** When a flag came into the code, and when its class was last changed, in milliseconds since 1970. */
export interface Dates {
  readonly added?: number;
  readonly changed?: number;
}

/** What git is asked for: each commit as a NUL and its time, then what it changed, without lines around it. */
export const LOG_OPTIONS = [
  '--format=%x00%at',
  '--patch',
  '--unified=0',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
];

/**
 * The dates of flags in the output of `git log` with `LOG_OPTIONS`: a flag was added with the first line that registers
 * its name or begins its class, and its class was changed by the newest hunk within it.
 */
export function datesInLog(log: string, flags: readonly Flag[]): ReadonlyMap<string, Dates> {
  const registered = new Map(flags.map(({ name }) => [name, name]));
  const declared = new Map<string, string[]>();
  for (const { name, definition } of flags) {
    const type = definition.constructor.name;
    declared.set(type, [...(declared.get(type) ?? []), name]);
  }
  const dates = new Map<string, { added?: number; changed?: number }>();
  const at = (name: string) => {
    const known = dates.get(name) ?? {};
    dates.set(name, known);
    return known;
  };

  let time = NaN;
  for (const line of log.split('\n')) {
    if (line.startsWith('\0')) time = Number(line.slice(1)) * 1000;
    else if (line.startsWith('@@')) {
      const within = CLASS.exec(line.slice(line.indexOf('@@', 2) + 2))?.[1];
      for (const name of (within !== undefined && declared.get(within)) || []) at(name).changed ??= time;
    } else if (/^[+-](?![+-]{2} )/.test(line)) {
      const isNew = line.startsWith('+');
      const [, type] = CLASS.exec(line) ?? [];
      for (const name of (type !== undefined && declared.get(type)) || []) {
        at(name).changed ??= time;
        if (isNew) at(name).added = time;
      }
      for (const [, quoted, plain] of isNew ? line.slice(1).matchAll(KEYS) : []) {
        const name = registered.get(unescaped(quoted) ?? plain ?? '');
        if (name !== undefined) at(name).added = time;
      }
    }
  }
  return dates;
}

const CLASS = /\bclass\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u;
/** `NAME: new Checkout()`, `'a-name': checkout`, `NAME,`. */
const KEYS = /(?:^|[{,])\s*(?:(["'`](?:\\.|[^\\])*?["'`])|([\p{ID_Start}$_][\p{ID_Continue}$]*))\s*(?=[:,}]|$)/gu;

function unescaped(quoted: string | undefined): string | undefined {
  return quoted?.slice(1, -1).replace(/\\(.)/g, '$1');
}
