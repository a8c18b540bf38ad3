import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { scenario } from './running-check.ts'

/**
 * What is put into a folder: a file of these bytes, or of this many zero bytes, which take no room
 * on the disk; or a symbolic link to another path.
 */
export type FileContent = string | Uint8Array | { zeros: number } | { link: string }

/** A folder of the test's, in which the program may also read and write. */
export class Folder {
  /** The whole path, for an environment variable. */
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Puts something there, replacing what was there; creates the folders on the way. */
  write(name: string, content: FileContent): void {
    const path = join(this.path, name)
    rmSync(path, { force: true })
    mkdirSync(dirname(path), { recursive: true })
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, path)
    else if (typeof content === 'object' && 'zeros' in content) {
      writeFileSync(path, '')
      truncateSync(path, content.zeros)
    } else writeFileSync(path, content)
  }

  /** Removes a file, or a folder and everything in it. */
  remove(name: string): void {
    rmSync(join(this.path, name), { recursive: true, force: true })
  }
}

/**
 * A folder with these files, by their paths in it: `{ 'index.html': '<p>', 'pictures/cat.png':
 * bytes }`. It is deleted when the test is over.
 */
export function makeFolder(files: Readonly<Record<string, FileContent>> = {}): Folder {
  const folder = new Folder(mkdtempSync(join(scenario().scratch, 'folder-')))
  scenario().atEnd(() => rmSync(folder.path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) folder.write(name, content)
  return folder
}
