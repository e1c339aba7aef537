const assert = require('node:assert/strict');
const { crowd, idOf, plainFlags, rollout, split, targeted } = require('./flags');

/** Before anything is measured, every peer must give the same answers. */
exports.check = async function check(peer) {
  const client = await peer.start([...plainFlags(20), { name: 'LISTED', ids: [idOf(2), idOf(4)] }]);
  const user = crowd();
  assert.equal(await client.on(client.for(user(2)), 'FLAG_3'), true);
  assert.equal(await client.on(client.for(user(2)), 'LISTED'), true);
  assert.equal(await client.on(client.for(user(3)), 'LISTED'), false);
  const all = await client.all(client.for(user(4)));
  assert.equal(Object.keys(all).length, 21);
  for (const variant of Object.values(all)) assert.ok(variant === true || variant === 'ON');
  if (peer.name !== 'fflip') await checkParts(peer, user);
};

/** Which users are inside is each peer's own affair; how many, and who cannot be, is not. */
async function checkParts(peer, user) {
  const client = await peer.start([rollout, targeted, split]);
  const share = { inside: 0, target: 0, targetInside: 0, first: 0 };
  for (let i = 0; i < 4_000; i++) {
    const bound = client.for(user(i));
    const wanted = user(i).plan === targeted.where.plan && targeted.where.countries.includes(user(i).country);
    const served = await client.on(bound, 'TARGETED');
    assert.ok(wanted || !served);
    share.inside += (await client.on(bound, 'ROLLOUT')) ? 1 : 0;
    share.target += wanted ? 1 : 0;
    share.targetInside += served ? 1 : 0;
    if (client.variant) share.first += (await client.variant(bound, 'SPLIT')) === 'A' ? 1 : 0;
  }
  const near = (part, whole, expected) => assert.ok(Math.abs(part / whole - expected) < 0.07, `${part} of ${whole}`);
  near(share.inside, 4_000, 0.25);
  near(share.targetInside, share.target, 0.5);
  if (client.variant) near(share.first, 4_000, 0.34);
}
