/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  // Types are checked by `tsc -b` before jest starts; here TypeScript is only transpiled.
  transform: { '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/__tests__/tsconfig.json' }] },
  moduleNameMapper: {
    '^gatekeeper-flags$': '<rootDir>/src/index.ts',
    '^gatekeeper-flags/(.*)$': '<rootDir>/src/$1',
  },
};
