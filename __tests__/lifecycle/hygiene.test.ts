import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { inMarkdown } from '../../src/lifecycle/markdown';
import { cleanup } from '../../src/lifecycle/words';
import { BY, engineOf, toggle } from '../support/config';
import { ageing, onDay } from '../support/hygiene';

const many = (count: number, members: Parameters<typeof toggle>[0]) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`FLAG_${at}`, toggle(members)]));
const figure = async (flags: ReturnType<typeof ageing>, name: string, targets = {}) =>
  (await flags.hygiene({}, targets)).figures.find((one) => one.name === name);

describe('the figures', () => {
  test('fewer than 20 are active, those meant to stay aside', async () => {
    const stays = {
      STAYS: toggle({ permanent: true }),
      MAY: toggle({ kind: 'permission' }),
      DRAFT: toggle({ draft: true }),
    };
    expect(await figure(ageing({ ...many(19, {}), ...stays }), 'active')).toEqual({
      name: 'active',
      value: 19,
      target: 20,
      met: true,
    });
    expect(await figure(ageing({ ...many(20, {}), ...stays }), 'active')).toMatchObject({ value: 20, met: false });
    expect(await figure(ageing(many(20, {})), 'active', { active: 21 })).toMatchObject({ target: 21, met: true });
  });

  test('none is stale', async () => {
    const flags = ageing(many(2, { expires: onDay(1) }));
    expect(await figure(flags, 'stale')).toMatchObject({ value: 0, met: true });
    flags.clock.day = 1;
    expect(await figure(flags, 'stale')).toMatchObject({ value: 2, met: false });
    expect(await figure(flags, 'stale', { stale: 2 })).toMatchObject({ met: true });
  });

  test('they are under 30 days old on average, those meant to stay aside', async () => {
    const flags = ageing({
      ...{ A: toggle({ created: onDay(0) }), B: toggle({ created: onDay(1) }), C: toggle() },
      OLD: toggle({ created: onDay(-900), permanent: true }),
    });
    flags.clock.day = 30;
    expect(await figure(flags, 'age')).toMatchObject({ value: 29.5, met: true });
    expect(await flags.hygiene()).toMatchObject({ permanent: 1, ageless: 1 });
    flags.clock.day = 31;
    expect(await figure(flags, 'age')).toMatchObject({ value: 30.5, met: false });
    expect(await figure(ageing({}), 'age')).toMatchObject({ value: 0, met: true });
  });

  test('each has an owner', async () => {
    const flags = ageing({ A: toggle({ owner: 'x' }), B: toggle(), C: toggle({ permanent: true }) });
    expect(await figure(flags, 'unowned')).toMatchObject({ value: 2, met: false });
  });
});

describe('archived: gone from the code', () => {
  test('by its counts, its changes or its live state', async () => {
    const store = memoryStore();
    const before = engineOf(
      { COUNTED: toggle(), CHANGED: toggle(), KILLED: toggle(), STILL: toggle(), UNTOUCHED: toggle() },
      { store: () => store, now: () => Date.parse(onDay(0)) },
    );
    before.for({}).ffVariant('COUNTED');
    await before.live.counts();
    await before.live.pin('CHANGED', 'ON', BY);
    await before.live.kill('KILLED', BY);
    const flags = ageing({ STILL: toggle() }, { store: () => store });
    flags.clock.day = 3;
    await flags.engine.ready;
    const gone = (await flags.hygiene({ changes: [] })).flags.filter(({ state }) => state === 'archived');
    expect(gone.map(({ flag }) => flag).sort()).toEqual(['CHANGED', 'COUNTED', 'KILLED']);
    expect(await flags.of('COUNTED')).toEqual({
      ...{ flag: 'COUNTED', state: 'archived', remarks: [], permanent: false, last: Date.parse(onDay(0)) },
      reasons: [{ code: 'gone', text: 'gone from the code; last decided 3 days ago' }],
    });
  });

  test('what is kept of a flag that is still there is none', async () => {
    const { flags } = await ageing({ STILL: toggle() }).hygiene({ ignored: ['STILL: an old rule', 'GONE'] });
    expect(flags.map(({ flag, state }) => `${flag} ${state}`)).toEqual(['STILL active', 'GONE archived']);
  });
});

describe('names are data', () => {
  const name = fc.oneof(
    fc.constantFrom(
      '__proto__',
      'constructor',
      "it's",
      '$(reboot)',
      'a b',
      '-x',
      '`',
      '|',
      '<b>',
      '日本 🏴',
      'a\nb',
      '_a_',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  );

  test('a command that is shown means the flag and the variant, in a shell', () => {
    fc.assert(
      fc.property(name, name, (flag, variant) => {
        fc.pre(!/\0/.test(flag + variant));
        const { run } = cleanup({ name: flag, variants: [variant], off: variant } as never, variant);
        const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${run.slice('npx '.length)}`], { encoding: 'utf8' });
        expect(printed.split('\0').slice(0, -1)).toEqual(['gatekeeper', 'cleanup', flag, '--keep', variant]);
      }),
      { numRuns: 60 },
    );
  });

  test('every flag is in the report once, and in a row of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 8 }), async (names) => {
        const flags = ageing(Object.fromEntries(names.map((one) => [one, toggle({ owner: one, created: onDay(0) })])));
        flags.clock.day = 50;
        const hygiene = await flags.hygiene();
        expect(hygiene.flags.map(({ flag }) => flag).sort()).toEqual(names.toSorted());
        const rows = inMarkdown(hygiene)
          .split('\n')
          .filter((line) => /^\| (`|<code>)/.test(line));
        expect(rows).toHaveLength(names.length);
        for (const row of rows) expect(row.replace(/`[^`]*`/g, '').match(/\|/g)).toHaveLength(5);
        for (const row of rows) expect(row).not.toMatch(/<(?!\/?code>|br>)/);
      }),
    );
  });
});

test('a thousand flags and ten thousand changes are looked through in under half a second', async () => {
  const flags = ageing(many(1_000, { created: onDay(0), rules: [{ name: 'all', rollout: 50, serve: 'ON' }] }));
  const change = { action: 'set-rollout', actor: 'a', reason: 'b', at: Date.parse(onDay(0)), field: ['rollouts', 'all', 'percent'], value: 9 } as const; // prettier-ignore
  const changes = Array.from({ length: 10_000 }, (_, at) => ({
    ...change,
    revision: 10_000 - at,
    flag: `FLAG_${at % 1_000}`,
  }));
  await flags.hygiene({ changes });
  let fastest = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await flags.hygiene({ changes });
    fastest = Math.min(fastest, performance.now() - start);
  }
  expect(fastest).toBeLessThan(500);
});
