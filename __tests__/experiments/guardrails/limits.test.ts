import { FeatureFlag, GatekeeperError, defineConfig, type Guardrail } from 'gatekeeper-flags';
import { conversion, count, errorRate, latency, mean } from 'gatekeeper-flags/experiments';
import { parseLimit } from '../../../src/experiments/guardrails/limit';
import { toggle, type Toggle } from '../../support/config';

describe('how limits are written', () => {
  test.each([
    ['2x', { kind: 'ratio', ratio: 2 }],
    ['1.5x', { kind: 'ratio', ratio: 1.5 }],
    ['-5%', { kind: 'ratio', ratio: 0.95 }],
    ['+25%', { kind: 'ratio', ratio: 1.25 }],
    ['20%', { kind: 'level', level: 0.2, unit: '%' }],
    ['0.5%', { kind: 'level', level: 0.005, unit: '%' }],
    ['+500ms', { kind: 'difference', milliseconds: 500 }],
    ['800ms', { kind: 'level', level: 800, unit: 'ms' }],
  ])('%s', (text, limit) => expect(parseLimit(text)).toEqual(limit));

  test.each(['', '2', 'x', '0x', '-2x', '+2x', '2 x', '2X', '-500ms', '-100%', '-150%', '1e3ms', 'NaN%', '∞x', '2x2x'])(
    'not %j',
    (text) => expect(parseLimit(text)).toBeUndefined(),
  );
});

/** What `defineConfig` says of a flag with a guardrail. */
function problems(guardrail: unknown, members: Partial<FeatureFlag<Toggle>> = {}): readonly string[] {
  const rules = [{ name: 'half', rollout: 50, serve: 'ON' as const }];
  try {
    defineConfig({ flags: { FLAG: toggle({ rules, guardrails: [guardrail as Guardrail], ...members }) } });
    return [];
  } catch (error) {
    return (error as GatekeeperError).problems.map(({ message }) => message);
  }
}

describe('what is refused when the config is built', () => {
  test.each<[string, unknown, RegExp]>([
    ['no limit', errorRate().above('twice' as never), /"twice" is no limit; write '2x', '-5%', '\+500ms'/],
    [
      'no action',
      errorRate()
        .above('2x')
        .then('explode' as never),
      /"explode" is no action; use kill, hold, stop, notify/,
    ],
    ['milliseconds of errors', errorRate().above('+5ms'), /milliseconds are of latency/],
    ['milliseconds of a share', conversion('buy').above('5ms'), /milliseconds are of latency/],
    ['a level of a sum', mean('revenue').below('20%'), /a level is a share of units, or milliseconds of latency/],
    ['a level of a count', count('ticket').above('20%'), /a level is a share of units/],
    ['a share of latency', latency('p95').above('20%'), /a level is a share of units/],
    ['a level of everything', errorRate().above('100%'), /above 0 and below 100 %/],
    ['a level of nothing', errorRate().above('0%'), /above 0 and below 100 %/],
    ['no guardrail', { above: '2x' }, /is no guardrail; write errorRate\(\)\.above\('2x'\)/],
  ])('%s', (_, guardrail, message) => {
    expect(problems(guardrail)).toEqual([expect.stringMatching(message)]);
  });

  test('a control for a getVariant of its own, which has none', () => {
    const getVariant = () => 'ON' as Toggle;
    expect(problems(errorRate().above('2x'), { getVariant })).toEqual([expect.stringMatching(/has no control/)]);
    expect(problems(errorRate().above('20%'), { getVariant })).toEqual([]);
    expect(problems(errorRate().above('20%').then('stop'), { getVariant, rules: undefined })).toEqual([
      expect.stringMatching(/there is no rollout to stop; use kill or notify/),
    ]);
    expect(problems(errorRate().above('20%').then('stop'), { getVariant, rollouts: { a: 5 } })).toEqual([]);
  });

  test.each([
    errorRate().above('2x'),
    errorRate().above('20%').then('notify'),
    latency('p95').above('+500ms').then('hold'),
    latency('p99').above('2x'),
    latency().above('800ms'),
    mean('revenue').below('-5%').then('stop'),
    count('support_ticket').above('1.5x'),
    conversion('signup').below('10%'),
  ])('but not $name', (guardrail) => expect(problems(guardrail)).toEqual([]));
});

test('a guardrail with another action, or a listener, is another guardrail', () => {
  const one = errorRate().above('2x');
  const other = one.then('notify').onTrip(() => {});
  expect([one.action, one.tripped.length, other.action, other.tripped.length]).toEqual(['kill', 0, 'notify', 1]);
  expect(other.name).toBe('request errors above 2x');
});
