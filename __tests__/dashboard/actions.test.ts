import type { Engine } from 'gatekeeper-flags';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';
import { BY } from '../support/config';

const PERCENT = { flag: 'CHECKOUT', rule: 'growth', percent: 40 };
const live = (engine: Engine<any>, flag = 'CHECKOUT') => engine.live.state.flags.get(flag);
const rollout = (engine: Engine<any>, rule: string) => live(engine)?.rollouts?.get(rule);
const segment = (engine: Engine<any>, id: string) => engine.live.state.segments.get('beta testers')?.has(id);

/** Each action for everybody: what comes before, what is sent, and what is then so. */
const shared: readonly (readonly [string, object, (engine: Engine<any>) => unknown, unknown, ((engine: Engine<any>) => Promise<unknown>)?])[] = [
  ['kill', { flag: 'CHECKOUT' }, (engine) => live(engine)?.killed, 'killed by Ada: because'],
  ['restore', { flag: 'CHECKOUT' }, (engine) => live(engine)?.killed, undefined, ({ live }) => live.kill('CHECKOUT', BY)],
  ['pin', { flag: 'CHECKOUT', variant: 'ONE_PAGE' }, (engine) => live(engine)?.pinned, 'ONE_PAGE'],
  ['unpin', { flag: 'CHECKOUT' }, (engine) => live(engine)?.pinned, undefined, ({ live }) => live.pin('CHECKOUT', 'STEPS', BY)],
  ['set-rollout', PERCENT, (engine) => rollout(engine, 'growth')?.percent, 40],
  ['reset-rollout', PERCENT, (engine) => rollout(engine, 'growth'), undefined, ({ live }) => live.setRollout('CHECKOUT', 'growth', 3, BY)],
  ['hold-ramp', { flag: 'CHECKOUT', rule: 'all' }, (engine) => rollout(engine, 'all')?.percent, 5],
  ['approve-ramp', { flag: 'CHECKOUT', rule: 'all', percent: 25 }, (engine) => rollout(engine, 'all')?.approved, 25],
  ['add-user', { flag: 'CHECKOUT', variant: 'ONE_PAGE', user: '7' }, (engine) => live(engine)?.users?.get('7'), 'ONE_PAGE'],
  ['remove-user', { flag: 'CHECKOUT', user: '7' }, (engine) => live(engine)?.users, undefined, ({ live }) => live.addUser('CHECKOUT', 'STEPS', 7, BY)],
  ['add-to-segment', { segment: 'beta testers', ids: '7, 8\n9' }, (engine) => ['7', '8', '9'].every((id) => segment(engine, id)), true],
  ['remove-from-segment', { segment: 'beta testers', ids: '7' }, (engine) => segment(engine, '7'), false, ({ live }) => live.addToSegment('beta testers', [7, 8], BY)],
  ['revert', { change: 1 }, (engine) => live(engine)?.killed, undefined, ({ live }) => live.kill('CHECKOUT', BY)],
  ['revoke-overrides', {}, (engine) => engine.live.state.epoch, 1],
]; // prettier-ignore

const cases = shared.map(([action, fields, look, expected, before]) => ({ action, fields, look, expected, before }));
describe.each(cases)('$action', ({ action, fields, look, expected, before }) => {
  test.each(['form', 'api'] as const)('by %s, and then it is in the history', async (way) => {
    const engine = dashboardEngine();
    await before?.(engine);
    expect(look(engine)).not.toEqual(expected);
    const { status, body, headers } = await client(dashboardApp(engine))[way](action, { ...fields, reason: 'because' });
    expect(look(engine)).toEqual(expected);
    const [change] = await engine.live.history();
    expect(change).toMatchObject({ actor: 'Ada', reason: 'because' });
    const said = new URLSearchParams({ done: action, ...('flag' in fields && { of: fields.flag as string }) });
    if (way === 'form') expect([status, headers.location]).toEqual([303, `/gatekeeper/?${said}`]);
    else expect([status, body.revision]).toEqual([200, change!.revision]);
  });

  test.each([
    ['viewer', {}, 'role'],
    ['qa', {}, 'role'],
    ['operator', { readOnly: true }, 'read-only'],
  ] as const)('is not for a %s %j', async (role, options, code) => {
    const engine = dashboardEngine();
    await before?.(engine);
    const was = look(engine);
    const somebody = client(dashboardApp(engine, options), role);
    expect((await somebody.api(action, fields).expect(403)).body.error.code).toBe(code);
    await somebody.form(action, fields).expect(403);
    expect(look(engine)).toEqual(was);
  });
});

describe.each(['form', 'api'] as const)('overrides of one’s own browser, by %s', (way) => {
  const mine = async (qa: ReturnType<typeof client>) =>
    (await qa.get('/api/overrides')).body.flags.filter((flag: any) => flag.override).map((flag: any) => flag.name);

  test.each([{}, { readOnly: true }])('are set, cleared, and all cleared; with %j too', async (options) => {
    const engine = dashboardEngine();
    const qa = client(dashboardApp(engine, options), 'qa');
    for (const flag of ['CHECKOUT', 'BANNER']) {
      const variant = flag === 'BANNER' ? 'ON' : 'ONE_PAGE';
      await qa[way]('set-override', { flag, variant }).expect(way === 'form' ? 303 : 200);
    }
    await expect(mine(qa)).resolves.toEqual(['CHECKOUT', 'BANNER']);
    await qa[way]('clear-override', { flag: 'CHECKOUT' });
    await expect(mine(qa)).resolves.toEqual(['BANNER']);
    await qa[way]('clear-overrides');
    await expect(mine(qa)).resolves.toEqual([]);
    expect(engine.live.state.revision).toBe(0);
  });

  test('are not for a viewer', async () => {
    const viewer = client(dashboardApp(dashboardEngine()), 'viewer');
    for (const [action, fields] of Object.entries({ 'set-override': { flag: 'BANNER', variant: 'ON' }, share: {} }))
      await viewer[way](action, fields).expect(403);
  });

  test('are shared by a link to a page of this site, and of no other', async () => {
    const qa = client(dashboardApp(dashboardEngine()), 'qa');
    await qa[way]('set-override', { flag: 'BANNER', variant: 'ON' });
    const shared = await qa[way]('share', { page: '/checkout' }).expect(200);
    const link = way === 'api' ? shared.body.link : shared.text;
    expect(link).toMatch(/http:\/\/[\w.:]+\/checkout\?gatekeeper-override=/);
    for (const page of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])
      await qa[way]('share', { page }).expect(400);
  });
});

describe('what is not done', () => {
  const operator = () => client(dashboardApp(dashboardEngine()));

  test.each([
    ['kill', { flag: 'NOPE' }, 404, 'flag-unknown'],
    ['kill', {}, 400, 'malformed'],
    ['kill', { flag: ['BANNER', 'LOCKED'] }, 400, 'malformed'],
    ['pin', { flag: 'BANNER', variant: 'BLUE' }, 404, 'variant-unknown'],
    ['set-rollout', { flag: 'CHECKOUT', rule: 'nope', percent: 3 }, 404, 'rule-unknown'],
    ['set-rollout', { flag: 'CHECKOUT', rule: 'growth', percent: 'a few' }, 400, 'malformed'],
    ['set-rollout', { flag: 'CHECKOUT', rule: 'growth', percent: 101 }, 400, 'percent-invalid'],
    ['add-to-segment', { segment: 'nope', ids: [1] }, 404, 'segment-unknown'],
    ['add-to-segment', { segment: 'beta testers', ids: [] }, 400, 'malformed'],
    ['revert', { change: 77 }, 404, 'change-unknown'],
    ['set-override', { flag: 'LOCKED', variant: 'ON' }, 403, 'override-refused'],
  ])('%s %j: %i %s', async (action, fields, status, code) => {
    expect((await operator().api(action, fields).expect(status)).body.error.code).toBe(code);
    await operator().form(action, fields).expect(status);
  });

  test('two operators: the second sees the conflict, how it stands, and can do it all the same', async () => {
    const engine = dashboardEngine();
    const [ada, bea] = [client(dashboardApp(engine)), client(dashboardApp(engine))];
    const { revision } = (await bea.get('/api/flags/CHECKOUT')).body;
    await ada.form('set-rollout', { ...PERCENT, revision });
    const late = { ...PERCENT, percent: 60, reason: 'more of them', revision };
    expect((await bea.api('set-rollout', late).expect(409)).body.error.code).toBe('conflict');
    const page = (await bea.form('set-rollout', late).expect(409)).text;
    expect(page).toMatch(/was changed by somebody else[\s\S]*percent “60”[\s\S]*more of them/);
    expect(rollout(engine, 'growth')?.percent).toBe(40);
    const again = /name="revision" value="(\d+)"/.exec(page)![1];
    await bea.form('set-rollout', { ...late, revision: again }).expect(303);
    expect(rollout(engine, 'growth')?.percent).toBe(60);
  });
});

describe('in production', () => {
  const inProduction = () => dashboardEngine({ environment: 'production' });

  test('killing is never asked twice; turning on is', async () => {
    const engine = inProduction();
    const operator = client(dashboardApp(engine));
    await operator.form('kill', { flag: 'BANNER' }).expect(303);
    const asked = await operator.form('restore', { flag: 'BANNER', reason: 'fixed' }).expect(428);
    expect(asked.text).toMatch(/Type “production” to go on[\s\S]*name="confirm"/);
    await operator.api('restore', { flag: 'BANNER', confirm: 'prod' }).expect(428);
    expect(live(engine, 'BANNER')?.killed).toBeDefined();
    await operator.form('restore', { flag: 'BANNER', confirm: 'production' }).expect(303);
    expect(live(engine, 'BANNER')?.killed).toBeUndefined();
  });

  test.each([
    ['set-rollout', { ...PERCENT, percent: 26 }, 428],
    ['set-rollout', { ...PERCENT, percent: 24 }, 303],
    ['pin', { flag: 'CHECKOUT', variant: 'ONE_PAGE' }, 428],
    ['pin', { flag: 'CHECKOUT', variant: 'STEPS' }, 303],
  ])('%s %j: %i', async (action, fields, status) => {
    await client(dashboardApp(inProduction())).form(action, fields).expect(status);
  });
});
