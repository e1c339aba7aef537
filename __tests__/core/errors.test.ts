import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, GatekeeperError } from 'gatekeeper-flags';

const rows = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('docs/errors.md explains every code once, and no other', () => {
  const explained = rows.map(([, code]) => code!.replaceAll('`', ''));
  expect([...explained].sort()).toEqual([...errorCodes].sort());
});

test.each(rows.map((row) => [row[1]!, row]))('%s has its when and its way out', (_, row) => {
  expect(row).toHaveLength(5);
  expect(row[2]).toMatch(/.{15}/);
  expect(row[3]).toMatch(/.{8}/);
});

test('a GatekeeperError is an error with a name, a code, and problems where there are several', () => {
  const error = new GatekeeperError('conflict', 'somebody else was faster');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'GatekeeperError',
    code: 'conflict',
    message: 'somebody else was faster',
    problems: [],
  });
  expect(String(error)).toBe('GatekeeperError: somebody else was faster');
  expect(error.stack).toContain('errors.test.ts');
});
