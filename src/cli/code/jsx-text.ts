import { ts } from 'ts-morph';

/**
 * Whether an element shows the same text once what is left of a child stands in its place. JSX makes one space of a line break
 * within a text, and nothing of one beside an expression: texts on two lines that meet get a space between them.
 * `shown` gives the text that is left of a child, and undefined for what stays.
 */
export function isSameText(child: ts.JsxChild, shown: (child: ts.JsxChild) => string | undefined): boolean {
  const { children } = child.parent as ts.JsxElement | ts.JsxFragment;
  const leftOf = (one: ts.JsxChild) => (ts.isJsxText(one) ? one.text : shown(one));
  const isBorder = (one: ts.JsxChild) => leftOf(one) === undefined;
  const at = children.indexOf(child);
  const end = children.findIndex((one, index) => index > at && isBorder(one));
  const near = children.slice(children.slice(0, at).findLastIndex(isBorder) + 1, end === -1 ? undefined : end);
  if (!near.includes(child) || isBorder(child)) return true;
  const now = near.map((one) => (ts.isJsxExpression(one) ? leftOf(one)! : cooked(leftOf(one)!)));
  return now.join('') === cooked(near.map(leftOf).join(''));
}

/** What JSX makes of a text. */
function cooked(text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const trimmed = lines.map((line, at) => {
    const start = at === 0 ? line : line.replace(/^[ \t]+/, '');
    return at === lines.length - 1 ? start : start.replace(/[ \t]+$/, '');
  });
  return trimmed.filter(Boolean).join(' ');
}
