import { BY, engineOf, recorder, toggle } from '../support/config';

const setUp = (env: { readonly [name: string]: string }) => {
  const { logger, warnings } = recorder();
  const names = ['CHECKOUT', 'BANNER', 'KILL', 'a:b*{}', '__proto__'];
  const flags = Object.fromEntries(names.map((name) => [name, toggle({ overrides: { ON: [1] } })]));
  return { engine: engineOf(flags, { env, logger }), warnings };
};
const decision = (engine: ReturnType<typeof setUp>['engine'], flag = 'CHECKOUT', id = 1) => {
  const { variant, reason } = engine.for({ user: { id } }).explain(flag);
  return `${variant} ${reason}`;
};

describe('GATEKEEPER_KILL', () => {
  test.each(['production', 'development', 'test', 'staging'])('kills in %s', (NODE_ENV) => {
    const { engine, warnings } = setUp({ NODE_ENV, GATEKEEPER_KILL: 'CHECKOUT' });
    expect(decision(engine)).toBe('OFF killed');
    expect(decision(engine, 'BANNER')).toBe('ON user-override');
    expect(warnings).toEqual([]);
  });

  test.each(['CHECKOUT,BANNER', ' BANNER , CHECKOUT ', 'CHECKOUT,,BANNER,', '__proto__,a:b*{},CHECKOUT,BANNER'])(
    'takes a list: %j',
    (GATEKEEPER_KILL) => {
      const { engine, warnings } = setUp({ GATEKEEPER_KILL });
      expect([decision(engine), decision(engine, 'BANNER')]).toEqual(['OFF killed', 'OFF killed']);
      expect(decision(engine, 'KILL')).toBe('ON user-override');
      expect(warnings).toEqual([]);
    },
  );

  test('cannot be taken back by live control', async () => {
    const { engine } = setUp({ GATEKEEPER_KILL: 'CHECKOUT' });
    await engine.live.restore('CHECKOUT', BY);
    await engine.live.pin('CHECKOUT', 'ON', BY);
    expect(decision(engine)).toBe('OFF killed');
    expect(engine.for({}).explain('CHECKOUT').steps.at(-1)!.detail).toContain('GATEKEEPER_KILL');
  });

  test('warns of a name that does not exist, and kills the others', () => {
    const { engine, warnings } = setUp({ GATEKEEPER_KILL: 'CHEKOUT,BANNER' });
    expect(decision(engine, 'BANNER')).toBe('OFF killed');
    expect(warnings).toEqual([expect.stringMatching(/GATEKEEPER_KILL.*"CHEKOUT".*did you mean "CHECKOUT"/)]);
  });
});

describe('GATEKEEPER_<FLAG>', () => {
  test.each(['development', 'test', 'staging', ''])('chooses a variant where NODE_ENV is %j', (NODE_ENV) => {
    const { engine, warnings } = setUp({ NODE_ENV, GATEKEEPER_CHECKOUT: 'OFF' });
    expect(decision(engine)).toBe('OFF browser-override');
    expect(decision(engine, 'BANNER')).toBe('ON user-override');
    expect(warnings).toEqual([]);
  });

  test('warns of a name that is almost a flag’s, and leaves the app’s own alone', () => {
    const { warnings } = setUp({ GATEKEEPER_CHEKOUT: 'ON', GATEKEEPER_API_ADDRESS: 'x', GATEKEEPER_: 'y' });
    expect(warnings).toEqual([expect.stringMatching(/GATEKEEPER_CHEKOUT.*"CHEKOUT".*did you mean "CHECKOUT"/)]);
    expect(setUp({ NODE_ENV: 'production', GATEKEEPER_CHEKOUT: 'ON' }).warnings).toEqual([]);
  });

  test('not in production', () => {
    const { engine } = setUp({ NODE_ENV: 'production', GATEKEEPER_CHECKOUT: 'OFF' });
    expect(decision(engine)).toBe('ON user-override');
  });

  test('gives way to a kill, and beats user lists and pins', async () => {
    const { engine } = setUp({ GATEKEEPER_CHECKOUT: 'ON', GATEKEEPER_BANNER: 'ON', GATEKEEPER_KILL: 'BANNER' });
    await engine.live.pin('CHECKOUT', 'OFF', BY);
    await engine.live.addUser('CHECKOUT', 'OFF', 7, BY);
    expect(decision(engine, 'CHECKOUT', 7)).toBe('ON browser-override');
    expect(decision(engine, 'BANNER')).toBe('OFF killed');
    await engine.live.kill('CHECKOUT', BY);
    expect(decision(engine)).toBe('OFF killed');
  });

  test('survives live changes of its flag', async () => {
    const { engine } = setUp({ GATEKEEPER_CHECKOUT: 'ON' });
    await engine.live.kill('CHECKOUT', BY);
    await engine.live.restore('CHECKOUT', BY);
    expect(decision(engine, 'CHECKOUT', 7)).toBe('ON browser-override');
  });

  test('may name a flag of any name', () => {
    const { engine } = setUp({ 'GATEKEEPER_a:b*{}': 'ON', GATEKEEPER___proto__: 'ON' });
    expect(decision(engine, 'a:b*{}', 7)).toBe('ON browser-override');
    expect(decision(engine, '__proto__', 7)).toBe('ON browser-override');
  });

  test('of a flag called KILL is the list of kills', () => {
    const { engine } = setUp({ GATEKEEPER_KILL: 'KILL' });
    expect(decision(engine, 'KILL')).toBe('OFF killed');
  });

  test.each(['ONN', 'on', '', 'constructor'])('warns of %j, which is no variant, and ignores it', (variant) => {
    const { engine, warnings } = setUp({ GATEKEEPER_CHECKOUT: variant });
    expect(decision(engine, 'CHECKOUT', 7)).toBe('OFF default');
    expect(warnings).toEqual([expect.stringMatching(/GATEKEEPER_CHECKOUT: no variant of CHECKOUT named/)]);
  });
});

test('the environment is read when the engine is made', () => {
  const env: { [name: string]: string } = { NODE_ENV: 'test' };
  const { engine } = setUp(env);
  env.GATEKEEPER_KILL = 'CHECKOUT';
  expect(decision(engine)).toBe('ON user-override');
  expect(decision(setUp(env).engine)).toBe('OFF killed');
});

test("without `env`, it is the process's own", () => {
  const before = { ...process.env };
  process.env.GATEKEEPER_CHECKOUT = 'ON';
  try {
    const engine = engineOf({ CHECKOUT: toggle() }, { env: undefined });
    expect(engine.for({}).explain('CHECKOUT')).toMatchObject({ variant: 'ON', reason: 'browser-override' });
  } finally {
    process.env = before;
  }
});
