const { anotherUser } = require('../lib/another-user');
const { rollout } = require('../lib/flags');

module.exports = anotherUser('a rollout of 25 %', rollout);
