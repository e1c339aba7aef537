import { ramp } from 'gatekeeper-flags';
import { memoryStore } from 'gatekeeper-flags/stores/memory';
import { BY, engineOf, toggle } from '../support/config';
import { ageing, codes, onDay } from '../support/hygiene';

const created = onDay(0);
const everybody = [{ name: 'everybody', serve: 'ON' }] as const;

test('each state, and the reason', async () => {
  const store = memoryStore();
  const before = engineOf({ GONE: toggle() }, { store: () => store, now: () => Date.parse(onDay(0)) });
  await before.live.kill('GONE', BY);
  const { hygiene, clock } = ageing(
    {
      DRAFT: toggle({ created, draft: true }),
      ACTIVE: toggle({ created }),
      ROLLED_OUT: toggle({ created, rules: everybody }),
      STALE: toggle({ created, expires: onDay(9) }),
    },
    { store: () => store },
  );
  clock.day = 10;
  const { flags, states } = await hygiene();
  expect(flags.map(({ flag, state, reasons }) => [flag, state, reasons.map(({ text }) => text)])).toEqual([
    ['STALE', 'stale', ['it expired on 2026-01-10, 1 day ago']],
    ['ROLLED_OUT', 'rolled out', ['everybody gets ON (by the rule “everybody”)']],
    ['DRAFT', 'draft', ['a draft: OFF for all but those listed']],
    ['ACTIVE', 'active', ['it is 10 days old, and may live 40']],
    ['GONE', 'archived', ['gone from the code; last changed live 10 days ago']],
  ]);
  expect(states).toEqual({ stale: 1, 'rolled out': 1, draft: 1, active: 1, archived: 1 });
});

describe('expires', () => {
  test.each([
    [19, 'active'],
    [20, 'stale'],
  ])('on day %i a flag that expires on day 20 is %s', async (day, state) => {
    const { of, clock, ...rest } = ageing({ A: toggle({ created, expires: onDay(20) }) });
    clock.day = day;
    expect((await of.call({ ...rest, of, clock }, 'A')).state).toBe(state);
  });

  test('holds for drafts, and for what is meant to stay', async () => {
    const flags = ageing({
      A: toggle({ created, expires: onDay(1), draft: true }),
      B: toggle({ created, expires: onDay(1), permanent: true }),
    });
    flags.clock.day = 1;
    expect(await flags.of('A')).toMatchObject({
      state: 'stale',
      reasons: [{ text: 'it expired on 2026-01-02, today' }],
    });
    expect(await flags.of('B')).toMatchObject({ state: 'stale' });
  });
});

describe('the lifetime of its kind', () => {
  test.each([
    [{}, 40],
    [{ kind: 'release' }, 40],
    [{ kind: 'experiment' }, 40],
    [{ kind: 'ops' }, 7],
    [{ draft: true }, 40],
  ] as const)('of %j is %i days', async (members, days) => {
    const flags = ageing({ A: toggle({ created, ...members }) });
    flags.clock.day = days;
    expect((await flags.of('A')).state).not.toBe('stale');
    flags.clock.day = days + 1;
    expect(await flags.of('A')).toMatchObject({ state: 'stale', reasons: [{ code: 'lifetime' }] });
  });

  test.each([
    { kind: 'permission' },
    { kind: 'ops', permanent: true },
    { permanent: true },
    { expires: onDay(999) },
  ] as const)('does not end for %j', async (members) => {
    const flags = ageing({ A: toggle({ created, ...members }) });
    flags.clock.day = 365;
    expect(await flags.of('A')).toMatchObject({ state: 'active', remarks: [{ code: 'unowned' }] });
    flags.clock.day = 366;
    expect((await flags.of('A')).remarks).toMatchObject([{ code: 'unowned' }, { code: 'old' }]);
  });
});

describe('one variant to everybody for 30 days', () => {
  const rules = [
    { name: 'growth', when: { user: { plan: 'growth' } } as never, serve: 'ON' },
    { name: 'some', rollout: 50, serve: 'ON' },
  ] as const;
  const expires = onDay(999);

  /** A flag of these members; what happens on which day; and whether that makes it stale, on which first day. */
  async function firstStaleDay(
    members: Parameters<typeof toggle>[0],
    happens: readonly (readonly [day: number, what: (flags: ReturnType<typeof ageing>) => unknown])[] = [],
    changed?: number,
  ): Promise<[day: number, next: string | undefined] | undefined> {
    const flags = ageing({ A: toggle({ created, expires, owner: 'x', ...members }), OTHER: toggle({ expires }) });
    for (let day = 0; day < 100; day++) {
      flags.clock.day = day;
      for (const [on, what] of happens) if (on === day) await what(flags);
      const dates = new Map(changed === undefined ? [] : [['A', { changed: Date.parse(onDay(changed)) }]]);
      const found = await flags.of('A', { dates });
      if (found.state === 'stale') {
        expect(codes(found)).toEqual(['settled']);
        return [day, found.next?.run];
      }
    }
    return undefined;
  }
  const keepOn = 'npx gatekeeper cleanup A --keep ON';
  const keepOff = 'npx gatekeeper cleanup A --keep OFF';

  test('pinned', async () => {
    expect(await firstStaleDay({ rules }, [[5, ({ engine }) => engine.live.pin('A', 'ON', BY)]])).toEqual([35, keepOn]);
  });

  test('pinned again to the same, or to another, or not any more', async () => {
    const pin = (day: number, variant: 'ON' | 'OFF') =>
      [day, ({ engine }: ReturnType<typeof ageing>) => engine.live.pin('A', variant, BY)] as const;
    expect(await firstStaleDay({ rules }, [pin(5, 'ON'), pin(20, 'ON')])).toEqual([35, keepOn]);
    expect(await firstStaleDay({ rules }, [pin(5, 'ON'), pin(20, 'OFF')])).toEqual([50, keepOff]);
    expect(await firstStaleDay({ rules }, [pin(5, 'ON'), [20, ({ engine }) => engine.live.unpin('A', BY)]])).toBe(
      undefined,
    );
    expect(
      await firstStaleDay({ rules }, [pin(5, 'ON'), [20, ({ engine }) => engine.live.clear(BY)], pin(21, 'ON')]),
    ).toEqual([51, keepOn]);
  });

  test('not pinned for those who are listed for something else', async () => {
    const pinned = [5, ({ engine }: ReturnType<typeof ageing>) => engine.live.pin('A', 'ON', BY)] as const;
    expect(await firstStaleDay({ rules, overrides: { OFF: [7] } }, [pinned])).toBe(undefined);
    expect(await firstStaleDay({ rules, overrides: { ON: [7] } }, [pinned])).toEqual([35, keepOn]);
    const listed = [6, ({ engine }: ReturnType<typeof ageing>) => engine.live.addUser('A', 'OFF', 7, BY)] as const;
    expect(await firstStaleDay({ rules }, [pinned, listed])).toBe(undefined);
  });

  test('killed, for those who are listed too', async () => {
    const killed = [3, ({ engine }: ReturnType<typeof ageing>) => engine.live.kill('A', BY)] as const;
    expect(await firstStaleDay({ rules, overrides: { ON: [7] } }, [killed])).toEqual([33, keepOff]);
    const again = [
      [20, ({ engine }: ReturnType<typeof ageing>) => engine.live.restore('A', BY)],
      [21, killed[1]],
    ] as const;
    expect(await firstStaleDay({ rules }, [killed, ...again])).toEqual([51, keepOff]);
  });

  test('past its ends', async () => {
    expect(await firstStaleDay({ rules, ends: onDay(12) })).toEqual([42, keepOff]);
  });

  test('a live percentage of 100, for everybody whom the rules before it give the same', async () => {
    const to = (day: number, percent: number) =>
      [day, ({ engine }: ReturnType<typeof ageing>) => engine.live.setRollout('A', 'some', percent, BY)] as const;
    expect(await firstStaleDay({ rules }, [to(4, 80), to(8, 100)])).toEqual([38, keepOn]);
    expect(await firstStaleDay({ rules }, [to(8, 100), to(20, 99)])).toBe(undefined);
    const except = [{ name: 'partners', when: { user: { partner: true } } as never, serve: 'OFF' }, ...rules] as const;
    expect(await firstStaleDay({ rules: except }, [to(8, 100)])).toBe(undefined);
    expect(await firstStaleDay({ rules, requires: [{ flag: 'OTHER', variant: 'ON' }] }, [to(8, 100)])).toBe(undefined);
  });

  test('a live percentage of 0', async () => {
    const zero = [8, ({ engine }: ReturnType<typeof ageing>) => engine.live.setRollout('A', 'some', 0, BY)] as const;
    expect(await firstStaleDay({ rules: [rules[1]] }, [zero])).toEqual([38, keepOff]);
    expect(await firstStaleDay({ rules }, [zero])).toBe(undefined);
  });

  test('a ramp that has come to its end', async () => {
    const grown = ramp(onDay(10), { day1: 5, day3: 100 });
    expect(await firstStaleDay({ rules: [{ name: 'all', rollout: grown, serve: 'ON' }] })).toEqual([42, keepOn]);
    const guarded = ramp(onDay(10), { day1: 5, day3: 100 }, { guarded: true });
    const members = { rules: [{ name: 'all', rollout: guarded, serve: 'ON' }] } as const;
    expect(await firstStaleDay(members)).toBe(undefined);
    expect(await firstStaleDay(members, [[20, ({ engine }) => engine.live.approveRamp('A', 'all', 100, BY)]])).toEqual([
      50,
      keepOn,
    ]);
  });

  test('a ramp that has not begun is no variant for everybody', async () => {
    const later = ramp(onDay(90), { day1: 5, day14: 100 });
    const asked = Array.from(
      { length: 100 },
      (_, day) => [day, ({ decide }: ReturnType<typeof ageing>) => decide('A', 10)] as const,
    );
    expect(await firstStaleDay({ rules: [{ name: 'all', rollout: later, serve: 'ON' }] }, asked)).toBe(undefined);
  });

  test('a rule for everybody: since the class was last changed, where git or what was decided says when', async () => {
    const all = { rules: [{ name: 'all', serve: 'ON' }] } as const;
    expect(await firstStaleDay(all)).toBe(undefined);
    expect(await firstStaleDay(all, [], 15)).toEqual([45, keepOn]);
    expect(await firstStaleDay({}, [], 15)).toEqual([45, keepOff]);
    const imperative = { getVariant: () => 'ON' as const };
    expect(await firstStaleDay(imperative, [], 15)).toBe(undefined);
  });

  test('a rule for everybody is not believed while something else is decided', async () => {
    const all = { rules: [{ name: 'all', rollout: 100, serve: 'ON' }] } as const;
    // Those without an id are outside any percentage.
    const anonymous = [
      10,
      ({ engine }: ReturnType<typeof ageing>) => {
        engine.for({}).ffVariant('A');
        return engine.live.counts();
      },
    ] as const;
    expect(await firstStaleDay(all, [anonymous], 15)).toEqual([45, keepOn]);
    expect(await firstStaleDay(all, [[20, anonymous[1]]], 15)).toEqual([50, keepOn]);
  });
});

describe('one variant decided alone for 30 days', () => {
  const members = {
    created,
    expires: onDay(999),
    getVariant: ({ user }: any) => (user?.id === 1 ? 'ON' : 'OFF'),
  } as const;
  const others = (flags: ReturnType<typeof ageing>, times: number) => {
    for (let id = 2; id < times + 2; id++) flags.engine.for({ user: { id } as never }).ffVariant('A');
    return flags.count();
  };

  test('all others were last decided before that', async () => {
    const flags = ageing({ A: toggle(members) });
    flags.clock.day = 10;
    flags.decide('A', 100);
    await flags.count();
    for (const [day, state] of [
      [39, 'active'],
      [40, 'stale'],
    ] as const) {
      flags.clock.day = day;
      await others(flags, 1);
      const found = await flags.of('A');
      expect([day, found.state]).toEqual([day, state]);
      if (state === 'stale')
        expect(found).toMatchObject({
          reasons: [{ text: 'everybody has got OFF since 2026-01-11 (nothing else was decided)' }],
          next: { run: 'npx gatekeeper cleanup A --keep OFF', or: 'if it is meant to stay, write permanent = true' },
        });
    }
    flags.decide('A', 1);
    expect((await flags.of('A')).state).toBe('active');
  });

  test('or never, while decisions were counted', async () => {
    const flags = ageing({ A: toggle(members), B: toggle({ expires: onDay(999) }) });
    flags.decide('B', 1);
    await flags.engine.live.pin('B', 'ON', BY); // shows how long the store has been there
    flags.clock.day = 30;
    await others(flags, 99);
    expect((await flags.of('A')).state).toBe('active');
    await others(flags, 1);
    expect(await flags.of('A')).toMatchObject({ state: 'stale', reasons: [{ code: 'settled' }] });
  });

  test('a store that is new says nothing', async () => {
    const flags = ageing({ A: toggle(members) });
    flags.clock.day = 60;
    await others(flags, 1_000);
    expect((await flags.of('A')).state).toBe('active');
  });
});

describe('not decided in 30 days', () => {
  const expires = onDay(999);

  test('since it was last', async () => {
    const flags = ageing({ A: toggle({ created, expires }), B: toggle({ expires }) });
    flags.decide('A', 1);
    await flags.count();
    flags.clock.day = 29;
    flags.decide('B', 1);
    expect((await flags.of('A')).state).toBe('active');
    flags.clock.day = 30;
    flags.decide('B', 1);
    expect(await flags.of('A')).toMatchObject({
      state: 'stale',
      reasons: [{ code: 'unused', text: 'nothing has asked for it since 2026-01-01, 30 days ago' }],
      next: { run: 'npx gatekeeper cleanup A --keep OFF' },
    });
  });

  test('never, while others were', async () => {
    const flags = ageing({ A: toggle({ created: onDay(5), expires }), B: toggle({ expires }) });
    await flags.engine.live.pin('B', 'ON', BY);
    for (const [day, state] of [
      [34, 'active'],
      [35, 'stale'],
    ] as const) {
      flags.clock.day = day;
      flags.decide('B', 1);
      expect([day, (await flags.of('A')).state]).toEqual([day, state]);
    }
    expect((await flags.of('A')).reasons).toMatchObject([
      { code: 'unused', text: 'nothing has ever asked for it, in the 30 days that were counted' },
    ]);
  });

  test('nothing is said where nothing at all was decided lately, or nothing was counted', async () => {
    const flags = ageing({ A: toggle({ created, expires }) });
    flags.clock.day = 90;
    expect(await flags.hygiene()).toMatchObject({ counted: false, flags: [{ state: 'active' }] });
    flags.clock.day = 0;
    flags.decide('A', 1);
    await flags.count();
    flags.clock.day = 90;
    expect(await flags.hygiene()).toMatchObject({ counted: true, flags: [{ state: 'active' }] });
  });

  test('of what is meant to stay it is a remark', async () => {
    const flags = ageing({ A: toggle({ created, owner: 'x', permanent: true }), B: toggle({ expires }) });
    flags.decide('A', 1);
    await flags.count();
    flags.clock.day = 30;
    flags.decide('B', 1);
    expect(await flags.of('A')).toMatchObject({ state: 'active', remarks: [{ code: 'unused' }] });
  });
});
