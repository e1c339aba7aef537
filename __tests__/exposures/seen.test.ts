import { murmur3 } from '../../src/rules/bucket';
import { Seen } from '../../src/exposures/seen';

const again = (seen: Seen, unit: string, arm: string) => seen.again(murmur3(unit), unit, arm);

test('a unit is new once, and once for each arm', () => {
  const seen = new Seen();
  expect([again(seen, 'ada', 'A'), again(seen, 'ada', 'A')]).toEqual([false, true]);
  expect([again(seen, 'ada', 'B'), again(seen, 'ada', 'B'), again(seen, 'ada', 'A')]).toEqual([false, true, true]);
});

test('ten thousand are remembered all, and so is who comes often among a crowd', () => {
  const seen = new Seen();
  const units = Array.from({ length: 10_000 }, (_, i) => `user-${i}`);
  for (const unit of units) again(seen, unit, 'A');
  expect(units.filter((unit) => !again(seen, unit, 'A')).length).toBeLessThan(50);
  let forgotten = 0;
  for (let i = 0; i < 50_000; i++) {
    again(seen, `passer-by-${i}`, 'A');
    if (i % 50 === 0 && !again(seen, 'regular', 'A')) forgotten += 1;
  }
  expect(forgotten).toBeLessThan(100);
});

test('no two of 50,000 units are taken for one', () => {
  const seen = new Seen();
  let taken = 0;
  for (let i = 0; i < 50_000; i++) if (again(seen, `unit-${i}`, i % 2 === 0 ? 'A' : 'B')) taken += 1;
  expect(taken).toBe(0);
});

test('what was forgotten is new again', () => {
  const seen = new Seen();
  again(seen, 'ada', 'A');
  seen.forget(murmur3('ada'));
  expect(again(seen, 'ada', 'A')).toBe(false);
});
