/** @jest-config-loader esbuild-register */
import type { Config } from 'jest'

const shared = {
  runner: '<rootDir>/checker/testing/jest-runner.js',
  transform: { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^#harness$': '<rootDir>/checker/dist/vm.js' },
} satisfies Config

/** For `npx jest` and editors: the checker's unit tests, and the hidden tests on the learner's files (`npx jest exercises/03`). */
const config: Config = {
  // A loaded machine is slow; a test that hangs still ends.
  testTimeout: 120_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/checker/**/*.test.ts'],
      testPathIgnorePatterns: ['/\\.hidden/'],
    },
    {
      ...shared,
      displayName: 'exercises',
      testMatch: ['<rootDir>/exercises/*/.hidden/*.test.ts'],
      testEnvironment: '<rootDir>/checker/dist/environment.cjs',
    },
  ],
}

export default config
