import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Test, TestCaseResult } from '@jest/test-result'
import type { Config } from '@jest/types'
import type JestRunner from 'jest-runner'
import type JestRuntime from 'jest-runtime'
import type JestWatcher from 'jest-watcher'

/** What `build.js` has computed from Jest's defaults and our configuration. */
interface JestConfig {
  globalConfig: Config.GlobalConfig
  projectConfig: Config.ProjectConfig
}

type ModuleMap = Test['context']['moduleMap']

/**
 * Hidden tests have no mocks and import modules only by path; having Jest look for others would
 * take a while.
 */
const NO_NAMED_MODULES: Pick<ModuleMap, 'getModule' | 'getPackage' | 'getMockModule'> = {
  getModule: () => null,
  getPackage: () => null,
  getMockModule: () => undefined,
}
/** Stands for the project's folder in the built configuration. */
const ROOT = '<root>'

/**
 * Loads Jest: the runner of test files, not the command line around it, which would first have to
 * find and validate a configuration. By require: for an import, Node first reads a whole CommonJS
 * package for the names of its exports.
 */
export function loadJest() {
  const require = createRequire(import.meta.url)
  const { default: Runner } = require('jest-runner') as typeof JestRunner
  const { default: Runtime } = require('jest-runtime') as typeof JestRuntime
  const { TestWatcher } = require('jest-watcher') as typeof JestWatcher
  return { Runner, Runtime, TestWatcher }
}

/**
 * Runs the compiled tests of a folder, one after the other in this process, and hands over each
 * result as the test ends.
 */
export async function runHiddenTests(
  folder: string,
  cacheDirectory: string,
  onResult: (result: TestCaseResult) => void,
): Promise<void> {
  const { Runner, Runtime, TestWatcher } = loadJest()
  const { globalConfig, projectConfig } = readConfig()
  const config = { ...projectConfig, rootDir: folder, roots: [folder], cacheDirectory, id: folder }
  const resolver = Runtime.createResolver(config, NO_NAMED_MODULES as ModuleMap)
  // The runner looks only at these two fields of a context.
  const context = { config, resolver } as Test['context']
  const runner = new Runner(globalConfig, {})
  runner.on('test-case-result', ([, result]) => onResult(result))
  // The learner's code is in none of these files: if one cannot run, it is our fault.
  const broken: string[] = []
  runner.on('test-file-failure', ([, error]) => void broken.push(error.message))
  runner.on(
    'test-file-success',
    ([, { testExecError }]) => void (testExecError && broken.push(testExecError.message)),
  )
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'))
  const tests = files.map((name) => ({ context, path: join(folder, name) }))
  await runner.runTests(tests, new TestWatcher({ isWatchMode: false }), { serial: true })
  if (broken[0] !== undefined) throw new Error(`the hidden tests did not run: ${broken[0]}`)
}

function readConfig(): JestConfig {
  const root = join(import.meta.dirname, '../..')
  const inPlace = (_key: string, value: unknown) =>
    typeof value === 'string' && value.startsWith(ROOT) ? root + value.slice(ROOT.length) : value
  return JSON.parse(readFileSync(join(import.meta.dirname, 'jest.json'), 'utf8'), inPlace)
}
