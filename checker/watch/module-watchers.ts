import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { localModules } from '../course/modules.ts'
import { FileWatcher } from '../files/file-watcher.ts'

/**
 * Reports when a module that the learner's file needs is saved. The list of such modules is made
 * again after each save.
 */
export class ModuleWatchers {
  readonly #file: string
  readonly #onSave: () => void
  #watchers = new Map<string, FileWatcher>()

  constructor(file: string, onSave: () => void) {
    this.#file = file
    this.#onSave = onSave
    this.refresh()
  }

  /** Call this when the learner's file itself was saved. */
  refresh(): void {
    const needed = new Set(existsSync(this.#file) ? localModules(this.#file) : [])
    for (const [path, watcher] of this.#watchers) {
      if (needed.has(path)) continue
      watcher.close()
      this.#watchers.delete(path)
    }
    for (const path of needed) if (!this.#watchers.has(path)) this.#watchers.set(path, this.#watch(path))
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(path: string): FileWatcher {
    return new FileWatcher(join(dirname(this.#file), path), () => {
      this.refresh()
      this.#onSave()
    })
  }
}
