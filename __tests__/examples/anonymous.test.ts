import { startExample, type RunningExample } from '../support/start-example';

let example: RunningExample;
beforeAll(async () => {
  example = await startExample('anonymous');
}, 60_000);

/** A browser that keeps the cookies it is given, and follows links of the page. */
function browser() {
  const cookies = new Map<string, string>();
  async function visit(path: string): Promise<string> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(example.url + path, { headers: { cookie }, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      if (value === '') cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    return answer.status === 302 ? visit(answer.headers.get('location')!) : answer.text();
  }
  return {
    cookies,
    /** The picture, and when delivery is asked for, on the page that `path` leads to. */
    async shown(path = '/') {
      const [, picture, delivery] = /<h1>(\w+), (\w+)<\/h1>/.exec(await visit(path))!;
      return { picture: picture!, delivery: delivery! };
    },
  };
}

test('whoever has not agreed gets no id, and what everybody gets without one', async () => {
  const { shown, cookies } = browser();
  expect(await shown()).toEqual({ picture: 'POTS', delivery: 'ASKED_LAST' });
  expect([...cookies.keys()]).toEqual([]);
  await shown('/agree');
  expect([...cookies.keys()].sort()).toEqual(['consent', 'gk_id', 'gk_sticky']);
});

test('visitors are split into thirds and halves, and each keeps theirs through login and logout', async () => {
  const seen = { picture: new Set<string>(), delivery: new Set<string>() };
  for (let visitor = 0; visitor < 40; visitor++) {
    const { shown } = browser();
    const first = await shown('/agree');
    seen.picture.add(first.picture);
    seen.delivery.add(first.delivery);
    for (const path of ['/', `/log-in?as=user-${visitor}`, '/', '/log-out']) expect(await shown(path)).toEqual(first);
  }
  expect([...seen.picture].sort()).toEqual(['KILN', 'POTS', 'POTTER']);
  expect([...seen.delivery].sort()).toEqual(['ASKED_FIRST', 'ASKED_LAST']);
});

test('whoever logs in without having been here goes by their user id, on every device', async () => {
  const own = new Set<string>();
  for (let user = 0; user < 20; user++) {
    const [phone, laptop] = [browser(), browser()];
    for (const { cookies } of [phone, laptop]) cookies.set('user', `user-${user}`).set('consent', 'yes');
    const { delivery } = await phone.shown();
    own.add(delivery);
    expect((await laptop.shown()).delivery).toBe(delivery);
  }
  expect(own.size).toBe(2);
});
