import { GatekeeperError } from 'gatekeeper-flags';
import { dashboard } from 'gatekeeper-flags/dashboard';
import request from 'supertest';
import { recorder } from '../support/config';
import { dashboardApp, dashboardEngine } from '../support/dashboard';

test.each([
  ['no options', undefined, 'authorize-missing'],
  ['no authorize', {}, 'authorize-missing'],
  ['an authorize that is no function', { authorize: 'everybody' }, 'field-invalid'],
  ['a lookUp that is no function', { authorize: () => null, lookUp: {} }, 'field-invalid'],
])('it refuses to be built with %s', (_, options, code) => {
  expect(() => dashboard(dashboardEngine(), options as never)).toThrow(GatekeeperError);
  expect(() => dashboard(dashboardEngine(), options as never)).toThrow(expect.objectContaining({ code }));
});

const refused: readonly (readonly [string, () => any, number])[] = [
  ['null', () => null, 403],
  ['undefined', () => undefined, 403],
  ['a promise of null', async () => null, 403],
  ['false', () => false, 500],
  ['true', () => true, 500],
  ['a name alone', () => ({ name: 'Ada' }), 500],
  ['an unknown role', () => ({ name: 'Ada', role: 'admin' }), 500],
  ['a role of Object.prototype', () => ({ name: 'Ada', role: 'constructor' }), 500],
  ['no name', () => ({ name: ' ', role: 'operator' }), 500],
  ['a list', () => ['Ada', 'operator'], 500],
  ['an error', () => new Error('operator'), 500],
  ['what is thrown', () => { throw new Error('secret: s3cret at /srv/app.js'); }, 500],
  ['what is rejected', () => Promise.reject(new Error('s3cret')), 500],
  ['what never comes', () => new Promise(() => {}), 503],
]; // prettier-ignore

describe.each(refused)('authorize answers with %s', (_, authorize, status) => {
  test(`${status}, and says nothing of why`, async () => {
    const { logger } = recorder();
    const engine = dashboardEngine({ logger });
    const app = dashboardApp(engine, { authorize });
    const [page, api, kill] = await Promise.all([
      request(app).get('/gatekeeper/'),
      request(app).get('/gatekeeper/api/flags'),
      request(app).post('/gatekeeper/api/actions/kill').set('Sec-Fetch-Site', 'same-origin').send({ flag: 'BANNER' }),
    ]);
    expect([page.status, api.status, kill.status]).toEqual([status, status, status]);
    expect(page.text + api.text).not.toMatch(/s3cret|\/srv|BANNER|at \//);
    expect(engine.live.state.revision).toBe(0);
  });
});

test('what authorize throws is reported', async () => {
  const { logger, errors } = recorder();
  const app = dashboardApp(dashboardEngine({ logger }), {
    authorize() {
      throw new Error('no session store');
    },
  });
  await request(app).get('/gatekeeper/').expect(500);
  expect(errors.join()).toContain('no session store');
});
