/**
 * A flag as every peer is given it: on for everyone, only for the users listed, or, `coded`, for the plan `growth`, by
 * a function of the app's own.
 * @typedef {{ name: string, ids?: readonly string[], coded?: boolean }} Flag
 */

/** Flags that are on for everyone: FLAG_0, FLAG_1 … */
exports.plainFlags = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => ({ name: `FLAG_${i}` }));

const PLANS = ['free', 'growth', 'enterprise'];
const COUNTRIES = ['US', 'CA', 'GB', 'DE', 'FR', 'BR', 'IN'];
const CROWD = 8192;

/** Signed-in users as an app would have loaded them, in turn: `visitor(i)` for any i. */
exports.crowd = () => {
  const users = Array.from({ length: CROWD }, (_, i) => ({
    id: exports.idOf(i),
    email: `${exports.idOf(i)}@example.com`,
    plan: PLANS[i % PLANS.length],
    country: COUNTRIES[i % COUNTRIES.length],
  }));
  return (/** @type {number} */ i) => users[i & (CROWD - 1)];
};

/** A user's id: a string of its own at each call, as ids from a session and ids from a list are. */
exports.idOf = (/** @type {number} */ i) => ['user', i].join('-');
