import naughtyStrings from 'big-list-of-naughty-strings';
import request from 'supertest';
import { createEngine } from 'gatekeeper-flags';
import { BY, configOf, engineOf, recorder, toggle } from '../support/config';
import { clientApp, clientEngine } from '../support/client';

/** What a browser reads in the element. */
function read(element: string) {
  const [, json] = /^<script type="application\/json" id="gatekeeper">([^]*)<\/script>$/.exec(element)!;
  return JSON.parse(json!);
}

test('it tells the variants and payloads of client-side flags, and of no other', () => {
  const gk = clientEngine().for({ user: { id: 'ada', plan: 'growth' }, visitor: 'v' });
  expect(read(gk.bootstrap())).toEqual({
    tag: expect.stringMatching(/^[\w-]{16}$/),
    flags: { CHECKOUT: ['ONE_PAGE', { steps: 1 }], SIZE: ['L'] },
  });
  for (const secret of ['SECRET', 'Nobody', 'needle', 'ada', 'growth', 'STEPS'])
    expect(gk.bootstrap()).not.toContain(secret);
});

test('it equals what the server says in the same request, also where live state has changed meanwhile', async () => {
  const engine = clientEngine();
  const gk = engine.for({});
  expect(gk.ff('CHECKOUT', 'STEPS')).toBe(true);
  await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
  await engine.live.pin('SIZE', 'L', BY);
  expect(read(gk.bootstrap()).flags).toEqual({ CHECKOUT: ['STEPS'], SIZE: ['S'] });
  expect(read(gk.fresh().bootstrap()).flags).toEqual({ CHECKOUT: ['ONE_PAGE', { steps: 1 }], SIZE: ['L'] });
});

test('a rule that changes its mind has one answer a request', () => {
  let asked = 0;
  const engine = engineOf({
    MOODY: toggle({ clientSide: true, getVariant: () => ((asked += 1) % 2 ? 'ON' : 'OFF') as never }),
  });
  const gk = engine.for({});
  expect(gk.ffVariant('MOODY')).toBe('ON');
  expect(read(gk.bootstrap()).flags).toEqual({ MOODY: ['ON'] });
});

test('the tag is another where an answer is, and the same where none is', async () => {
  const engine = clientEngine();
  const tagOf = (plan: string) => read(engine.for({ user: { id: plan, plan } }).bootstrap()).tag;
  expect(tagOf('free')).toBe(tagOf('starter'));
  expect(tagOf('free')).not.toBe(tagOf('growth'));
  const before = tagOf('free');
  await engine.live.pin('SECRET', 'ONE_PAGE', BY);
  expect(tagOf('free')).toBe(before);
  await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
  expect(tagOf('free')).not.toBe(before);
});

test('telling it is no use of a flag: nothing is counted', () => {
  const engine = clientEngine();
  engine.for({ user: { id: 1 } }).bootstrap();
  expect(engine.stats().decisions.pending).toBe(0);
});

test('a rule that fails is `off`, and is reported', () => {
  const { logger, errors } = recorder();
  const fail = () => {
    throw new Error('no such plan');
  };
  const engine = engineOf({ BROKEN: toggle({ clientSide: true, getVariant: fail }) }, { logger });
  expect(read(engine.for({}).bootstrap()).flags).toEqual({ BROKEN: ['OFF'] });
  expect(errors).toEqual([expect.stringContaining('no such plan')]);
});

test('what it says of one visitor is kept out of shared caches, and a visitor without an id is given one', async () => {
  const { headers, text } = await request(clientApp(clientEngine())).get('/').expect(200);
  expect(headers['cache-control']).toBe('private');
  expect(headers.vary).toContain('Cookie');
  expect(headers['set-cookie']).toEqual([expect.stringContaining('gk_id=')]);
  expect(read(text).flags.SIZE).toEqual(['L']);
});

const ODD = [
  '</script>',
  '<!--',
  '<script',
  ']]>',
  '\u2028\u2029',
  '&lt;/script&gt;',
  '__proto__',
  'constructor',
  ...naughtyStrings,
];

test('no name or payload gets out of the element', () => {
  const odd = ODD.filter((name) => name !== '');
  const flags = Object.fromEntries(
    odd.map((name) => [name, toggle({ clientSide: true, payloads: { OFF: { [name]: [name] } } })]),
  );
  const element = createEngine(configOf(flags)).for({}).bootstrap();
  expect(element.slice(1, -1)).not.toMatch(
    /<(?!\/script$)|(?<!^script type="application\/json" id="gatekeeper")>|&|[\u2028\u2029]/,
  );
  const { flags: told } = read(element);
  for (const name of odd) {
    expect(Object.hasOwn(told, name)).toBe(true);
    expect(JSON.stringify(told[name])).toBe(JSON.stringify(['OFF', { [name]: [name] }]));
  }
});
