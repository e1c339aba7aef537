import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { dashboardApp, dashboardEngine } from '../support/dashboard';
import { BY } from '../support/config';
import { listening } from '../support/http-express';

/** Opens a stream; `next` waits for what it says next. */
async function open(origin: string) {
  const asked = get(`${origin}/gatekeeper/events`, { headers: { 'x-role': 'viewer' }, agent: false });
  const [res] = (await once(asked, 'response')) as [IncomingMessage];
  res.setEncoding('utf8');
  const next = async () => JSON.parse(/^data: (.*)$/m.exec((await once(res, 'data'))[0] as string)![1]!);
  return { status: res.statusCode, type: res.headers['content-type'], res, next, end: () => asked.destroy() };
}

test('a stream tells how it stands, and of changes as they happen', async () => {
  const engine = dashboardEngine();
  await listening(dashboardApp(engine), async (origin) => {
    const { status, type, next } = await open(origin);
    expect([status, type]).toEqual([200, 'text/event-stream']);
    expect(await next()).toMatchObject({ revision: 0, state: 'fresh' });
    const told = next();
    await engine.live.kill('BANNER', BY);
    expect(await told).toMatchObject({ revision: 1 });
  });
});

test('streams are bounded, and there is room again when one ends', async () => {
  await listening(dashboardApp(dashboardEngine()), async (origin) => {
    const ten = await Promise.all(Array.from({ length: 10 }, () => open(origin)));
    expect(ten.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await open(origin)).status).toBe(503);
    ten[0]!.end();
    let again = await open(origin);
    while (again.status === 503) again = await open(origin);
    expect(again.status).toBe(200);
  });
});

test('closing the engine ends them', async () => {
  const engine = dashboardEngine();
  await listening(dashboardApp(engine), async (origin) => {
    const { res, next } = await open(origin);
    await next();
    const ended = once(res.resume(), 'end');
    await engine.close();
    await ended;
    expect((await open(origin)).status).toBe(503);
  });
});

test('so does closing the server, which would wait for them', async () => {
  await listening(dashboardApp(dashboardEngine()), async (origin, server) => {
    const { res, next } = await open(origin);
    await next();
    const ended = once(res.resume(), 'end');
    const closed = once(server, 'close');
    server.close();
    await Promise.all([ended, closed]);
  }).catch((error) => expect(error).toMatchObject({ code: 'ERR_SERVER_NOT_RUNNING' }));
});
