import { BY } from '../support/config';
import { enginesOn, fresh, stale } from '../support/engines-on';
import { until } from '../support/fragile-store';
import { kept } from '../support/real-stores';
import { untouched } from '../support/steady-requests';

const GARBAGE = [
  ...['', '{', 'null', '[]', '7', '"x"', '\u{fffd}\u0001', '{"killed":1}', '{"pinned":[]}', '{"users":[1]}'],
  ...['{"users":{"1":2}}', '{"rollouts":7}', '{"rollouts":{"x":null}}', '{"rollouts":{"x":{"percent":"y"}}}'],
  ...['{"rollouts":{"x":{"percent":101}}}', '{"rollouts":{"x":{"approved":-1}}}'],
];

describe.each(kept)('$name', (kind) => {
  const on = enginesOn(kind);

  test('one bad flag among a thousand is reported, keeps what was known, and can be written again', async () => {
    const here = await on.ready({ further: 998 });
    await here.engine.live.kill('A', BY);
    const good = Array.from({ length: 998 }, (_, i) => [`F${i}`, '{"pinned":"OFF"}', 2] as const);
    await untouched(here.engine, async () => {
      await on.behind((behind, namespace) => behind.putFlags(namespace, [...good, ['A', '{"killed":', 3]]));
      await until(() => here.engine.status().revision === 3);
    });
    expect(here.served()).toBe(`OFF OFF${' OFF'.repeat(998)}`);
    expect(here.errors.map(String)).toEqual([expect.stringMatching(/live state of "A" cannot be read/)]);
    const late = await on.ready({ further: 998 });
    expect([late.served(), late.errors.length]).toEqual([`ON OFF${' OFF'.repeat(998)}`, 1]);

    await here.engine.live.addUser('A', 'ON', 7, BY);
    await until(() => late.served().startsWith('OFF'));
    expect(late.engine.live.state.flags.get('A')).toMatchObject({
      killed: expect.any(String),
      users: new Map([['7', 'ON']]),
    });
  });

  test('values of every kind of garbage: the last good stays, and the code decides in a process that begins', async () => {
    const here = await on.ready();
    await here.engine.live.kill('A', BY);
    await here.engine.live.pin('B', 'ON', BY);
    const { served } = await untouched(here.engine, async () => {
      for (const [index, value] of GARBAGE.entries()) {
        const revision = 3 + index;
        await on.behind((behind, namespace) =>
          behind.putFlags(namespace, [
            ['A', value, revision],
            ['B', value, revision],
          ]),
        );
        await until(() => here.engine.status().revision === revision);
        expect([value, here.served()]).toEqual([value, 'OFF ON']);
        expect([value, here.errors.length]).toEqual([value, 2 * (index + 1)]);
      }
    });
    expect(served).toEqual(['OFF']);
    const late = await on.ready();
    expect([late.served(), late.errors.length]).toEqual(['ON OFF', 2]);
  });

  test('a flag whose own revision is garbage keeps what was known, and can be written again', async () => {
    const here = await on.ready();
    await here.engine.live.kill('A', BY);
    await untouched(here.engine, async () => {
      const [bad, good] = [['A', 'x', -1] as const, ['B', '{"pinned":"ON"}', 2] as const];
      await on.behind((behind, namespace) => behind.putFlags(namespace, [bad, good]));
      await until(() => here.served() === 'OFF ON');
      await here.engine.live.addUser('A', 'ON', 7, BY);
    });
    expect(here.engine.status()).toMatchObject({ state: 'fresh', revision: 3 });
    expect((await on.ready()).served()).toBe('OFF ON');
  });

  test.each([
    ['a revision that is garbage', 'revision', kind.name === 'postgres' ? -7 : 'x', /no live state/],
    ['an epoch that is garbage', 'epoch', -1, /no live state/],
    ['a layout that is garbage', 'schema', -1, /no live state/],
    ['a layout to come', 'schema', 99, /newer version \(layout 99/],
    ['another kind of thing', '', '', /WRONGTYPE|does not exist|no such column/],
  ] as const)(
    'a snapshot that is bad as a whole, %s: the last good stays until it is mended',
    async (_, field, value, problem) => {
      const here = await on.ready();
      await here.engine.live.kill('A', BY);
      const { revision, epoch } = here.engine.live.state;
      const { served } = await untouched(here.engine, async () => {
        await on.behind((behind, namespace) =>
          field ? behind.setMeta(namespace, field, value) : behind.spoil(namespace),
        );
        await stale(here);
        expect(here.engine.status()).toMatchObject({ revision: 1, problem: expect.stringMatching(problem) });
        const late = on.start();
        await late.engine.ready;
        expect([late.engine.status().state, late.served()]).toEqual(['never-loaded', 'ON OFF']);
        if (value === 99)
          await expect(here.engine.live.pin('B', 'ON', BY)).rejects.toMatchObject({ code: 'store-newer' });
        const good = { revision, epoch, schema: 1 };
        await on.behind((behind, namespace) =>
          field ? behind.setMeta(namespace, field, good[field]) : behind.unspoil(namespace),
        );
        await Promise.all([fresh(here), fresh(late)]);
        expect(late.served()).toBe('OFF OFF');
      });
      expect(served).toEqual(['OFF']);
    },
  );

  test('what another app keeps in the same place has no effect, whatever is done to it', async () => {
    const here = await on.ready();
    await here.engine.live.kill('A', BY);
    const namespace = `${on.namespace}:2`;
    const other = await on.ready({ namespace });
    await untouched(here.engine, async () => {
      expect(other.served()).toBe('ON OFF');
      await other.engine.live.pin('A', 'ON', BY);
      await on.behind((behind) => behind.putFlags(namespace, [['B', 'garbage', 99]]));
      await until(() => other.errors.length === 1);
      await other.engine.live.clear(BY);
      await on.behind((behind) => behind.setMeta(namespace, 'schema', 99));
      await stale(other);
    });
    expect([here.served(), other.served(), here.errors]).toEqual(['OFF OFF', 'ON OFF', []]);
    expect(here.engine.status()).toMatchObject({ state: 'fresh', revision: 1 });
    await here.engine.live.restore('A', BY);
  });
});
