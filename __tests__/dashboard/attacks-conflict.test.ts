import type { Engine } from 'gatekeeper-flags';
import { BY } from '../support/config';
import { client, dashboardApp, dashboardEngine } from '../support/dashboard';

const FLAG = { flag: 'CHECKOUT' };
const GROWTH = { ...FLAG, rule: 'growth' };
const ALL = { ...FLAG, rule: 'all' };
const kill = ({ live }: Engine<any>) => live.kill('CHECKOUT', BY);
const live = (engine: Engine<any>) => engine.live.state.flags.get('CHECKOUT');

/** What a page offers that changes a flag for everybody, but for the kill, which nothing may stop. */
const changes: readonly (readonly [string, object, ((engine: Engine<any>) => Promise<unknown>)?])[] = [
  ['restore', FLAG, kill],
  ['pin', { ...FLAG, variant: 'STEPS' }],
  ['unpin', FLAG, ({ live }) => live.pin('CHECKOUT', 'STEPS', BY)],
  ['set-rollout', { ...GROWTH, percent: 5 }],
  ['reset-rollout', GROWTH, ({ live }) => live.setRollout('CHECKOUT', 'growth', 50, BY)],
  ['hold-ramp', ALL],
  ['approve-ramp', { ...ALL, percent: 25 }],
  ['add-user', { ...FLAG, user: '9', variant: 'STEPS' }],
  ['remove-user', { ...FLAG, user: '9' }, ({ live }) => live.addUser('CHECKOUT', 'STEPS', 9, BY)],
];

/** The form for an action on a page, as a browser would send it: its hidden fields, and what is typed into the others. */
function formOn(page: string, action: string, typed: object = {}): object {
  const found = page.split('<form').find((form) => form.includes(`actions/${action}"`));
  if (!found) throw new Error(`no form for ${action}`);
  const hidden = [...found.split('</form>')[0]!.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), ...typed };
}

const cases = changes.map(([action, fields, before]) => ({ action, fields, before }));
describe.each(cases)('$action', ({ action, fields, before }) => {
  test('of twenty who saw the same, one has their way', async () => {
    const engine = dashboardEngine();
    await before?.(engine);
    const authorize = (req: any) => ({ name: req.get('x-name'), role: 'operator' }) as const;
    const operator = client(dashboardApp(engine, { authorize }));
    const { revision } = engine.live.state;
    const asked = Array.from({ length: 20 }, (_, n) =>
      operator.api(action, { ...fields, revision, reason: `reason ${n}` }).set('x-name', `operator ${n}`),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
    const made = (await engine.live.history()).filter((change) => change.actor.startsWith('operator'));
    expect(made).toHaveLength(1);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(made[0]).toMatchObject({ actor: `operator ${winner}`, reason: `reason ${winner}` });
  });

  test.each(['staging', 'production'])(
    'from a page that is out of date, in %s: refused, and shown',
    async (environment) => {
      const engine = dashboardEngine({ environment });
      await before?.(engine);
      const operator = client(dashboardApp(engine));
      const page = (await operator.get('/flags/CHECKOUT')).text;
      const old = { ...formOn(page, action), ...fields };
      await engine.live.addUser('CHECKOUT', 'ONE_PAGE', 'somebody new', BY);
      const stood = JSON.stringify(live(engine));

      let answer = await operator.form(action, { ...old, reason: 'mine' });
      if (answer.status === 428)
        answer = await operator.form(action, formOn(answer.text, action, { confirm: environment }));
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('somebody new');
      expect(answer.text).toContain('mine');
      expect(JSON.stringify(live(engine))).toBe(stood);

      answer = await operator.form(action, formOn(answer.text, action));
      if (answer.status === 428)
        answer = await operator.form(action, formOn(answer.text, action, { confirm: environment }));
      expect(answer.status).toBe(303);
      expect(live(engine)?.users?.get('somebody new')).toBe('ONE_PAGE');
      expect((await engine.live.history())[0]).toMatchObject({ actor: 'Ada', reason: 'mine' });
    },
  );
});

test('the list of flags takes no kill back that it did not show', async () => {
  const engine = dashboardEngine();
  await kill(engine);
  const operator = client(dashboardApp(engine));
  const page = (await operator.get('/')).text;
  await engine.live.restore('CHECKOUT', BY);
  await engine.live.kill('CHECKOUT', { actor: 'grace', reason: 'it loses orders' });
  const answer = await operator.form('restore', formOn(page, 'restore')).expect(409);
  expect(answer.text).toContain('it loses orders');
  expect(live(engine)?.killed).toBe('killed by grace: it loses orders');
});

test('a change that somebody else has changed again is not taken back', async () => {
  const engine = dashboardEngine();
  await engine.live.setRollout('CHECKOUT', 'growth', 30, BY);
  const operator = client(dashboardApp(engine));
  const page = (await operator.get('/history')).text;
  await engine.live.setRollout('CHECKOUT', 'growth', 60, BY);
  await operator.form('revert', formOn(page, 'revert')).expect(409);
  expect(live(engine)?.rollouts?.get('growth')?.percent).toBe(60);
});

test('a kill is not stopped by what anybody changed', async () => {
  const engine = dashboardEngine();
  const operator = client(dashboardApp(engine));
  const page = (await operator.get('/flags/CHECKOUT')).text;
  await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
  await operator.form('kill', { ...formOn(page, 'kill'), revision: '0' }).expect(303);
  expect(live(engine)).toMatchObject({ killed: 'killed by Ada: no reason given', pinned: 'ONE_PAGE' });
});

test('of a segment that several change at once, nothing is lost', async () => {
  const engine = dashboardEngine();
  await engine.live.addToSegment('beta testers', ['gone'], BY);
  const authorize = (req: any) => ({ name: req.get('x-name'), role: 'operator' }) as const;
  const operator = client(dashboardApp(engine, { authorize }));
  const puts = Array.from({ length: 20 }, (_, n) =>
    operator
      .form('add-to-segment', { segment: 'beta testers', ids: `a${n}, b${n}` })
      .set('x-name', `${n}`)
      .expect(303),
  );
  const take = operator
    .form('remove-from-segment', { segment: 'beta testers', ids: 'gone' })
    .set('x-name', 'x')
    .expect(303);
  await Promise.all([...puts, take]);
  const members = engine.live.state.segments.get('beta testers') as never as Iterable<string>;
  expect([...members].sort()).toEqual(
    Array.from({ length: 20 }, (_, n) => [`a${n}`, `b${n}`])
      .flat()
      .sort(),
  );
});

test.each([
  ['an old one', -1],
  ['none', ''],
  ['a word', 'latest'],
  ['a list', [1]],
  ['infinity', '1e999'],
])('a revision that is %s is not taken for one', async (_, revision) => {
  const engine = dashboardEngine();
  await engine.live.pin('CHECKOUT', 'ONE_PAGE', BY);
  const { status } = await client(dashboardApp(engine)).api('unpin', { ...FLAG, revision });
  expect([status, live(engine)?.pinned === undefined]).toEqual(
    revision === '' ? [200, true] : [revision === -1 ? 409 : 400, false],
  );
});

test.each([
  ['STEPS', 428],
  ['ONE_PAGE', 303],
] as const)('in production, taking back a pin to %s: %i', async (variant, status) => {
  const engine = dashboardEngine({ environment: 'production' });
  await engine.live.pin('CHECKOUT', variant, BY);
  await client(dashboardApp(engine)).form('unpin', FLAG).expect(status);
});
