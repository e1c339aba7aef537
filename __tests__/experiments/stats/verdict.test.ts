import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPrimary, verdict, type Findings } from 'gatekeeper-flags/experiments';

/** At the planned size, healthy, and with nothing to be seen. */
const nothing: Findings = {
  guardrailTripped: false,
  units: 10_000,
  unitsInTwoArms: 0,
  smallestArm: 5_000,
  sampleRatioMismatch: false,
  days: 14,
  planned: { units: 10_000 },
  primary: { harmed: false, shown: 'neither', belowMde: false },
  guardrails: ['non-inferior'],
};
const primary = (part: Partial<Findings['primary']>) => ({ primary: { ...nothing.primary, ...part } });
const early = { units: 0, days: 0, smallestArm: 0 };

/** What makes a row apply, in the order of the table. */
const rows = [
  ['rolled-back', 'guardrail-tripped', { guardrailTripped: true }],
  ['invalid', 'no-exposures', early],
  ['invalid', 'sample-ratio-mismatch', { sampleRatioMismatch: true }],
  ['invalid', 'units-in-two-arms', { unitsInTwoArms: 101 }],
  ['too-early', 'under-a-week', { days: 6 }],
  ['too-early', 'too-few-units', { smallestArm: 99 }],
  ['roll-back', 'harm', primary({ harmed: true })],
  ['keep-running', 'below-planned-size', { planned: { units: 10_001 } }],
  ['roll-back', 'guardrail-inferior', { guardrails: ['non-inferior', 'inferior'] }],
  ['ship', 'better', primary({ shown: 'better' })],
  ['review', 'better-but-guardrail-unknown', { ...primary({ shown: 'better' }), guardrails: ['unknown'] }],
  ['roll-back', 'worse', primary({ shown: 'worse' })],
  ['no-meaningful-effect', 'below-minimum-detectable-effect', primary({ belowMde: true })],
  ['inconclusive', 'nothing-shown', {}],
] as const;

test.each(rows)('%s: %s', (call, because, findings) => {
  const hidden = call === 'too-early' || because === 'no-exposures';
  expect(verdict({ ...nothing, ...findings })).toMatchObject({ call, because, hidden });
});

test('the numbers of few days or units stay hidden, whatever the call', () => {
  for (const few of [{ days: 6 }, { smallestArm: 99 }])
    for (const [call, , findings] of rows.slice(0, 4))
      expect(verdict({ ...nothing, ...findings, ...few })).toMatchObject({ call, hidden: true });
});

test('an earlier row goes before all later ones', () => {
  // Laid over each other from the last row to the first, each time the newest applies.
  const primaryRows = new Set(['better', 'worse', 'below-minimum-detectable-effect', 'better-but-guardrail-unknown']);
  let findings: Findings = nothing;
  for (const [call, because, part] of [...rows].reverse()) {
    if (primaryRows.has(because)) continue;
    findings = { ...findings, ...(part as Partial<Findings>) };
    expect(verdict(findings)).toMatchObject({ call, because });
  }
});

test('the docs have the table, row for row', () => {
  const docs = readFileSync(join(__dirname, '../../../docs/statistics.md'), 'utf8');
  const table = [...docs.matchAll(/^\| \d+ +\| `([\w-]+)` +\| `([\w-]+)`/gm)].map(([, because, call]) => [
    call,
    because,
  ]);
  expect(table).toEqual(rows.map(([call, because]) => [call, because]));
});

test('a guardrail or a metric that is not computable is unknown', () => {
  const guardrails = [{ notComputable: 'no-data' }] as const;
  expect(verdict({ ...nothing, ...primary({ shown: 'better' }), guardrails }).call).toBe('review');
  expect(verdict({ ...nothing, ...primary({ shown: { notComputable: 'zero-variance' } }) }).call).toBe('inconclusive');
});

describe('days left', () => {
  test.each([
    [{ units: 5_000, days: 10, planned: { units: 10_000 } }, 10],
    [{ units: 9_999, days: 10, planned: { units: 10_000 } }, 1],
    [{ units: 10_000, days: 10, planned: { units: 10_000, days: 14 } }, 4],
    [{ units: 5_000, days: 10, planned: { units: 10_000, days: 28 } }, 18],
  ])('%j: %d', (part, daysLeft) => {
    expect(verdict({ ...nothing, ...part })).toEqual({
      call: 'keep-running',
      because: 'below-planned-size',
      hidden: false,
      daysLeft,
    });
  });
});

describe('the primary metric', () => {
  const arm = (mean: number) => ({ n: 5_000, mean, variance: 1 });
  const design = { plannedUnits: 10_000, minimumDetectableEffect: 0.05 };

  test.each([
    [0.045, 'better', false],
    [0.035, 'neither', false],
    [0.001, 'neither', true],
    [-0.043, 'neither', true], // p = 0.03: enough for a win, not for harm, which has half of the error
    [-0.046, 'worse', true],
  ] as const)('a difference of %d with a standard error of 0.02 is %s', (difference, shown, belowMde) => {
    const read = readPrimary(arm(1), arm(1 + difference), design);
    expect(read).toEqual({ harmed: false, shown, belowMde });
    const mirrored = readPrimary(arm(1), arm(1 - difference), { ...design, better: 'lower' });
    expect(mirrored).toEqual(read);
  });
  test('harm needs more than a fixed test does', () => {
    expect(readPrimary(arm(1), arm(0.93), design)).toMatchObject({ harmed: true, shown: 'worse' });
    expect(readPrimary(arm(1), arm(1.07), design)).toMatchObject({ harmed: false, shown: 'better' });
  });
  test('without variance or data nothing is shown', () => {
    const still = { n: 5_000, mean: 1, variance: 0 };
    const read = readPrimary(still, still, design);
    expect(read).toEqual({ harmed: false, shown: { notComputable: 'zero-variance' }, belowMde: false });
  });
});
