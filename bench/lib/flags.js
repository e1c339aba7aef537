/**
 * A flag as every peer is given it: on for everyone, only for the users listed, or, `coded`, for the plan `growth`, by
 * a function of the app's own; `where` narrows it to a plan and countries, `percent` to a part of the users; `arms` splits
 * the users between variants, by weights that add up to 100.
 * @typedef {{ name: string, ids?: readonly string[], coded?: boolean, percent?: number, arms?: Record<string, number>,
 *   where?: { plan: string, countries: readonly string[] } }} Flag
 */

/** Flags that are on for everyone: FLAG_0, FLAG_1 … */
exports.plainFlags = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => ({ name: `FLAG_${i}` }));

exports.rollout = { name: 'ROLLOUT', percent: 25 };
exports.targeted = { name: 'TARGETED', percent: 50, where: { plan: 'growth', countries: ['US', 'CA', 'GB'] } };
exports.split = { name: 'SPLIT', arms: { A: 34, B: 33, C: 33 } };

/** A thousand flags of four kinds: for everyone, for a part, for a plan, and for a part of a plan. */
exports.mixedFlags = () =>
  Array.from({ length: 250 }, (_, i) => [
    { name: `PLAIN_${i}` },
    { name: `PART_${i}`, percent: 25 },
    { name: `PLAN_${i}`, where: { plan: 'growth', countries: COUNTRIES } },
    { name: `BOTH_${i}`, percent: 50, where: { plan: 'growth', countries: ['US', 'CA', 'GB'] } },
  ]).flat();

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
