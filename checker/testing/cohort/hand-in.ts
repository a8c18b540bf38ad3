import { execFileSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { toZip } from './archive.ts'

/** Texts by path. */
export type Files = Readonly<Record<string, string>>

export function zipOf(files: Files): Buffer {
  return toZip(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })))
}

export async function tarGzOf(files: Files): Promise<Buffer> {
  const entries = Object.entries(files).map(([name, text]) => ({
    header: { name, size: Buffer.byteLength(text) },
    body: text,
  }))
  return gzipSync(await packTar(entries))
}

/** Writes a file that was last changed at `time`. */
export function putAt(path: string, content: string | Uint8Array, time: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  utimesSync(path, new Date(time), new Date(time))
}

/** Makes a git repository of commits: when each was made, and what it writes. */
export function commitAll(folder: string, commits: readonly (readonly [time: string, files: Files])[]): void {
  mkdirSync(folder, { recursive: true })
  const git = (args: string[], time = '') => {
    const who = ['-c', 'user.name=A learner', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false']
    execFileSync('git', ['-C', folder, ...who, ...args], {
      env: { ...process.env, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
      stdio: 'ignore',
    })
  }
  git(['init', '-b', 'main'])
  for (const [time, files] of commits) {
    for (const [path, text] of Object.entries(files)) putAt(join(folder, path), text, time)
    git(['add', '.'])
    git(['commit', '-m', Object.keys(files).join(', ')], time)
  }
}
