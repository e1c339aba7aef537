import { once } from 'node:events';
import { get } from 'node:http';
import { allRoutes, FROM_HERE, OPERATOR, send, standing } from '../support/dashboard-attacks';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { listening } from '../support/http-express';

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const named = (more: object) => ({ name: 'Ada', role: 'operator', ...more });
const operatorByName = Object.assign(function Ada() {}, { role: 'operator' });

/** Truthy, and no actor. */
const answers: readonly (readonly [string, () => unknown])[] = [
  ['1', () => 1],
  ['1n', () => 1n],
  ['"operator"', () => 'operator'],
  ['a symbol', () => Symbol('operator')],
  ['{}', () => ({})],
  ['a promise of true', async () => true],
  ['a promise of {}', async () => ({})],
  ['a promise of a name alone', async () => ({ name: 'Ada' })],
  ['a role alone', () => ({ role: 'operator' })],
  ['an admin', () => named({ role: 'admin' })],
  ['a promise of an admin', async () => named({ role: 'admin' })],
  ['a role in capitals', () => named({ role: 'OPERATOR' })],
  ['a role in a list', () => named({ role: ['operator'] })],
  ['a role in a String', () => named({ role: new String('operator') })],
  ['a role that says it is one', () => named({ role: { toString: () => 'operator' } })],
  ['__proto__ as role', () => named({ role: '__proto__' })],
  ['a name that says it is one', () => named({ name: { toString: () => 'Ada', trim: () => 'Ada', length: 3 } })],
  ['a number as name', () => named({ name: 1 })],
  ['a name without end', () => named({ name: 'Ada '.repeat(1_000) })],
  ['a function', () => () => named({})],
  ['a function with a name and a role', () => operatorByName],
  ['a class', () => class Ada {}],
  ['a Map', () => new Map(Object.entries(named({})))],
  ['JSON', () => JSON.stringify(named({}))],
  ['a Proxy of whatever is asked', () => new Proxy({}, { get: (_, key) => key !== 'then' && (() => 'operator') })],
  ['a revoked Proxy', () => revoked.proxy],
  ['a getter that throws', () => ({ name: 'Ada', get role() { throw new Error('s3cret'); } })],
  ['a thenable that throws', () => ({ then() { throw new Error('s3cret'); } })],
  ['a thenable that rejects with nothing', () => ({ then: (_: unknown, reject: () => void) => reject() })],
  ['throwing nothing', () => { throw undefined; }],
  ['throwing a refusal of its own', () => { throw Object.assign(new Error('s3cret'), { status: 200, statusCode: 200 }); }],
  ['throwing an actor', () => { throw named({}); }],
]; // prettier-ignore

const routes = allRoutes();

/** Sends everything there is, and says which statuses came back. Nothing may be told, and nothing changed. */
async function statuses(authorize: () => unknown): Promise<unknown> {
  const engine = dashboardEngine();
  const before = await standing(engine);
  return listening(dashboardApp(engine, { authorize: authorize as never }), async (origin) => {
    const sent = routes.map(({ method, path }) =>
      send(origin, { method, path: `/gatekeeper${path}`, headers: FROM_HERE }),
    );
    const all = await Promise.all(sent);
    expect(all.filter(({ text }) => /CHECKOUT|BANNER|s3cret|operator|at \/|event:/.test(text))).toEqual([]);
    expect(all.filter(({ headers }) => headers['set-cookie'] ?? headers.location)).toEqual([]);
    expect(await standing(engine)).toEqual(before);
    return new Set(all.map(({ status }) => status));
  });
}

test.each(answers)('authorize answers with %s: no route lets in', async (_, authorize) => {
  expect(await statuses(authorize)).toEqual(new Set([500]));
});

test('authorize never answers: no route lets in', async () => {
  const answered = await Promise.all([() => new Promise(() => {}), () => ({ then() {} })].map(statuses));
  expect(answered).toEqual([new Set([503]), new Set([503])]);
});

test('a role is asked for once: what it says later does not count', async () => {
  const roles = ['viewer', 'operator', 'operator'];
  const authorize = () => ({ name: 'Ada', get role() { return roles.shift(); } }); // prettier-ignore
  const engine = dashboardEngine();
  await listening(dashboardApp(engine, { authorize: authorize as never }), async (origin) => {
    const { status } = await send(origin, { method: 'POST', path: '/gatekeeper/actions/kill', headers: FROM_HERE });
    expect(status).toBe(403);
  });
});

test('who goes away while authorize is asked leaves no stream behind', async () => {
  let asked = 0;
  let answer!: () => void;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const authorize = async () => {
    asked += 1;
    await answered;
    return { name: 'Ada', role: 'viewer' } as const;
  };
  await listening(dashboardApp(dashboardEngine(), { authorize }), async (origin, server) => {
    const gone: Promise<unknown>[] = [];
    server.on('connection', (socket) => gone.push(once(socket, 'close')));
    const ask = () => get(`${origin}/gatekeeper/events`, { agent: false }).on('error', () => {});
    const requests = Array.from({ length: 10 }, ask);
    while (asked < 10) await new Promise(setImmediate);
    for (const request of requests) request.destroy();
    await Promise.all(gone);
    answer();
    expect((await send(origin, { path: '/gatekeeper/events', headers: OPERATOR })).status).toBe(200);
  });
});
