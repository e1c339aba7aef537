const { anotherUser } = require('../lib/another-user');
const { targeted } = require('../lib/flags');

module.exports = anotherUser('a plan and three countries, then 50 %', targeted);
