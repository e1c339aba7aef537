import { foldText } from '../../src/cli/code/fold-text';
import { pairs } from '../support/snippet-pairs';

const all = pairs();
const edited = all.filter(({ after }) => after !== undefined);

test('there are many', () => expect(all.length).toBeGreaterThan(200));

test.each(all.map((pair) => [pair.title, pair] as const))('%s', (_, { file, before, target, after, refused = [] }) => {
  const folded = foldText(file, before, target);
  expect(folded.refused).toEqual(refused);
  if (after !== undefined) expect(folded.text).toBe(after);
});

test.each(edited.map((pair) => [pair.title, pair] as const))('nothing to do the second time: %s', (_, pair) => {
  const { text } = foldText(pair.file, pair.after!, pair.target);
  expect(text).toBe(pair.after);
});

test.each(edited.map((pair) => [pair.title, pair] as const))('with CRLF and a byte order mark: %s', (_, pair) => {
  const { text } = foldText(pair.file, `\ufeff${pair.before.replaceAll('\n', '\r\n')}`, pair.target);
  expect(text).toBe(`\ufeff${pair.after!.replaceAll('\n', '\r\n')}`);
});
