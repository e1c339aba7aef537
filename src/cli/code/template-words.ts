import { METHODS } from './names';
import type { Found } from './scan';

const NAMES = [...METHODS.keys()].join('|');
/** `ff('F', …)` in Pug and Nunjucks, `(ff 'F' …)` and `{{ff 'F'}}` in Handlebars; or with what is no text. */
const CALLED = new RegExp(String.raw`(?<![\w$])(${NAMES})\s*\(\s*(?:(['"\`])((?:(?!\2).)*)\2|([\w$][\w$.]*))`, 'g');
const HELPER = new RegExp(
  String.raw`(?:\(|\{\{\{?[#~^/]?\s*)\s*(${NAMES})\s+(?:(['"])((?:(?!\2).)*)\2|([\w$@][\w$./]*))`,
  'g',
);

/** Uses in a template that is not looked into further, found by their words. */
export function usesInWords(file: string, text: string): Omit<Found, 'file'>[] {
  const lines = [0];
  for (const { index } of text.matchAll(/\n/g)) lines.push(index + 1);
  const pattern = /\.(?:hbs|handlebars)$/.test(file) ? HELPER : CALLED;
  return [...text.matchAll(pattern)].map((match) => {
    const [whole, called, quote, name] = match;
    const start = match.index + whole.indexOf(called!);
    const line = lines.findLastIndex((one) => one <= start);
    return {
      kind: METHODS.get(called!)!,
      flag: quote ? name : undefined,
      line: line + 1,
      column: start - lines[line]! + 1,
      text: text.slice(lines[line], lines[line + 1] ?? text.length).trim(),
      template: true,
    };
  });
}
