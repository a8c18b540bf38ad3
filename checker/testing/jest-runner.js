import { createRequire } from 'node:module'
import vm from 'node:vm'

const { default: TestRunner } = createRequire(import.meta.url)('jest-runner')

/** Jest can load ES modules here: it was started with the flag. */
const hasModules = vm.SyntheticModule !== undefined

// Jest's worker processes inherit this process's arguments. NODE_OPTIONS would not do: every
// learner's program would inherit it too.
if (!hasModules) process.execArgv.push('--experimental-vm-modules', '--disable-warning=ExperimentalWarning')

/**
 * Jest's own runner, for `npx jest` and for editors: these start Jest without the flag that it
 * needs for ES modules, so tests always run in worker processes, which have it.
 */
export default class WorkerRunner extends TestRunner {
  runTests(tests, watcher, options) {
    return super.runTests(tests, watcher, { ...options, serial: options.serial && hasModules })
  }
}
