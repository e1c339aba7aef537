import { createEngine, defineConfig, FeatureFlag, match, P, type Context } from 'gatekeeper-flags';
import { isMatching } from 'ts-pattern';
import { engineOf, quiet, Toggle, toggle } from '../support/config';

enum Visibility {
  VISIBLE = 'visible-to-all',
  HIDDEN = 'hidden',
}

class MyNewFeature extends FeatureFlag<Visibility> {
  readonly description = 'Gate visibility of my new feature during development';
  readonly variants = Visibility;
  readonly off = Visibility.HIDDEN;
  override getVariant({ app, user }: Context) {
    return match({ app, user })
      .with({ app: { isDev: true } }, () => Visibility.VISIBLE)
      .with({ user: { id: P.union(1, 2, 3) } }, () => Visibility.VISIBLE)
      .otherwise(() => Visibility.HIDDEN);
  }
}

describe('a flag with a variant enum', () => {
  const config = defineConfig({ ...quiet, flags: { MY_NEW_FEATURE: new MyNewFeature() }, app: { isDev: false } });
  const engine = createEngine(config);

  test.each([
    [{ user: { id: 2 } }, Visibility.VISIBLE],
    [{ user: { id: 4 } }, Visibility.HIDDEN],
    [{}, Visibility.HIDDEN],
    [{ app: { isDev: true } }, Visibility.VISIBLE],
  ])('asks its getVariant: for %j it is %s', (context, expected) => {
    const gk = engine.for(context);
    expect(gk.ffVariant('MY_NEW_FEATURE')).toBe(expected);
    expect(gk.ff('MY_NEW_FEATURE', expected)).toBe(true);
  });

  test('takes the member or its value, and not the name of the member', () => {
    const gk = engine.for({ user: { id: 1 } });
    expect(gk.ff('MY_NEW_FEATURE', Visibility.VISIBLE)).toBe(true);
    expect(gk.ff('MY_NEW_FEATURE', 'visible-to-all')).toBe(true);
    expect(gk.ff('MY_NEW_FEATURE', 'hidden')).toBe(false);
    // @ts-expect-error the value is the identity
    expect(gk.ff('MY_NEW_FEATURE', 'VISIBLE')).toBe(false);
  });

  test('has long forms of both checks', () => {
    const gk = engine.for({ user: { id: 1 } });
    expect(gk.featureFlag('MY_NEW_FEATURE', 'visible-to-all')).toBe(true);
    expect(gk.featureFlag('MY_NEW_FEATURE', 'hidden')).toBe(false);
    expect(gk.featureFlagVariant('MY_NEW_FEATURE')).toBe(Visibility.VISIBLE);
  });
});

test('variants may be a const object, with off and the rule written as values', () => {
  const Layout = { GRID: 'grid', LIST: 'list' } as const;
  class LayoutFlag extends FeatureFlag<(typeof Layout)[keyof typeof Layout]> {
    readonly description = 'How the catalogue is laid out';
    readonly variants = Layout;
    readonly off = 'list';
    override getVariant({ user }: Context) {
      return user?.plan === 'growth' ? 'grid' : 'list';
    }
  }
  const engine = createEngine(defineConfig({ ...quiet, flags: { LAYOUT: new LayoutFlag() } }));
  expect(engine.for({ user: { plan: 'growth' } }).ff('LAYOUT', Layout.GRID)).toBe(true);
  expect(engine.for({ user: { plan: 'free' } }).ff('LAYOUT', 'list')).toBe(true);
});

test('a flag without a rule of its own is off', () => {
  const gk = engineOf({ PLAIN: toggle() }).for({ user: { id: 1 } });
  expect(gk.ffVariant('PLAIN')).toBe(Toggle.OFF);
  expect(gk.explain('PLAIN').reason).toBe('default');
});

test('off may be any of the variants', () => {
  const gk = engineOf({ OPEN: toggle({ off: 'ON' }) }).for({});
  expect(gk.ff('OPEN', 'ON')).toBe(true);
});

describe('the context of a rule', () => {
  function seenBy(look: (context: Context) => unknown, given: Partial<Context>): unknown {
    let seen: unknown;
    const flag = toggle({
      getVariant(context) {
        seen = look(context);
        return 'ON';
      },
    });
    const gk = engineOf({ FLAG: flag }, { app: { region: 'eu' }, now: () => 1_000 }).for(given);
    expect(gk.explain('FLAG')).toMatchObject({ variant: 'ON', reason: 'rule' });
    return seen;
  }

  const request = { url: '/' };
  test.each<[string, (context: Context) => unknown, Partial<Context>, unknown]>([
    ['the user', ({ user }) => user?.id, { user: { id: 7 } }, 7],
    ['no user', ({ user }) => user, {}, undefined],
    ['groups', ({ groups }) => groups.company?.employees, { groups: { company: { employees: 3 } } }, 3],
    ['no groups, as an empty object', ({ groups }) => Object.keys(groups), {}, []],
    ["the config's app", ({ app }) => app.region, {}, 'eu'],
    ['an app handed in', ({ app }) => app.region, { app: { region: 'us' } }, 'us'],
    ["the config's clock", ({ now }) => now, {}, 1_000],
    ['a time handed in', ({ now }) => now, { now: 5 }, 5],
    ['a visitor', ({ visitor }) => visitor, { visitor: 'v1' }, 'v1'],
    ['no visitor', ({ visitor }) => visitor, {}, undefined],
    ['the request', (context) => context.request, { request }, request],
    ['no request', (context) => context.request, {}, undefined],
  ])('has %s', (_, look, given, expected) => {
    expect(seenBy(look, given)).toEqual(expected);
  });

  test('is something that ts-pattern matches, whole', () => {
    const look = (context: Context) =>
      isMatching({ user: { plan: 'growth' }, groups: { company: { employees: P.number.gt(100) } } }, context);
    expect(seenBy(look, { user: { plan: 'growth' }, groups: { company: { employees: 101 } } })).toBe(true);
    expect(seenBy(look, { user: { plan: 'growth' }, groups: { company: { employees: 100 } } })).toBe(false);
  });

  test('is frozen', () => {
    expect(seenBy((context) => Object.isFrozen(context), {})).toBe(true);
  });

  test('has a clock that stands still for the whole request', () => {
    let time = 0;
    const seen: number[] = [];
    const flag = () =>
      toggle({
        getVariant({ now }) {
          seen.push(now);
          return 'ON';
        },
      });
    const gk = engineOf({ A: flag(), B: flag() }, { now: () => (time += 1) }).for({});
    gk.all();
    expect(seen).toEqual([seen[0], seen[0]]);
  });
});
