/** One process of a scenario: `node child.js <scenario> <kind of store>` sends what its `child` gives, and waits to be left. */
const [scenario, kind] = process.argv.slice(2);
process.once('disconnect', () => process.exit());
require(scenario)
  .child(kind)
  .then((value) => process.send(value ?? {}));
