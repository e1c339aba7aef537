/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Real processes, servers and browsers take their time on a busy machine.
  testTimeout: 60_000,
  roots: ['<rootDir>/__tests__', '<rootDir>/examples'],
  // `npm run test:full` runs the full ones, which take long.
  testMatch: ['**/*.test.ts', '!**/*.full.test.ts'],
  // Many tests start processes of their own, so more workers than this only get in each other's way.
  maxWorkers: 2,
  // Types are checked by `tsc -b` before jest starts; here TypeScript is only transpiled.
  transform: {
    '\\.tsx?$': ['ts-jest', { tsconfig: '<rootDir>/__tests__/tsconfig.json' }],
    '\\.mts$': '<rootDir>/__tests__/support/esm.js',
  },
  moduleNameMapper: {
    '^gatekeeper-flags$': '<rootDir>/src/index.ts',
    '^gatekeeper-flags/(.*)$': '<rootDir>/src/$1',
  },
};
