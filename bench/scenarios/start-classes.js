const { atMost } = require('../lib/targets');

const CLASSES = 10_000;

/** The flags as a team would have written them: a class each, defined and instantiated by V8 from source. */
const source = Array.from(
  { length: CLASSES },
  (_, i) => `flags.FLAG_${i} = new (class Flag${i} extends FeatureFlag {
    description = 'Flag ${i}';
    variants = Variant;
    off = 'OFF';
    getVariant({ user }) {
      return user?.plan === 'plan-${i}' ? 'ON' : 'OFF';
    }
  })();`,
).join('\n');

module.exports = {
  title: 'starting with 10,000 flag classes',
  unit: 'ms',
  peers: ['floor', 'ours'],
  async measure({ name, FeatureFlag = class {}, startWith = () => {} }) {
    const begun = performance.now();
    const flags = {};
    new Function('flags', 'FeatureFlag', 'Variant', source)(flags, FeatureFlag, { ON: 'ON', OFF: 'OFF' });
    startWith(flags);
    return performance.now() - begun;
  },
  targets: (of) => [atMost(1.5, of.ours / of.floor, '× the bare classes')],
};
