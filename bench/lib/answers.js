const assert = require('node:assert/strict');
const { crowd, idOf, plainFlags } = require('./flags');

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
};
