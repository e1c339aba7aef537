const { transformSync } = require('esbuild');

/** jest runs CommonJS, and ts-jest leaves what is to be an ES module as one. */
module.exports = {
  process: (source) => ({ code: transformSync(source, { loader: 'ts', format: 'cjs', target: 'node20' }).code }),
};
