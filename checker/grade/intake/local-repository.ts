import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files in a repository that would lead git to another one. */
const FOLLOWED = ['commondir', 'objects/info/alternates', 'objects/info/http-alternates']
/** What makes up a repository, and must not be a link. */
const OWN = ['HEAD', 'config', 'packed-refs', 'refs', 'refs/heads', 'objects', 'objects/info', 'objects/pack']

/** The folder on this machine that a file:// URL names. */
export function localPath(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    throw new Error('its URL names no folder of this machine')
  }
}

/**
 * Why a repository on this machine is not accepted: it is another one in disguise, by links or by
 * git's own ways to say where objects are.
 */
export function problemOfRepository(path: string): string | undefined {
  // If it is missing, git says so.
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined
  const dotGit = lstatSync(join(path, '.git'), { throwIfNoEntry: false })
  if (dotGit && !dotGit.isDirectory()) return 'its .git is not a folder, and leads elsewhere'
  const folder = dotGit ? join(path, '.git') : path
  const lead = FOLLOWED.find((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }))
  if (lead !== undefined) return `its .git/${lead} leads to another repository`
  const link = [...OWN, ...objectFolders(folder)].find((name) =>
    lstatSync(join(folder, name), { throwIfNoEntry: false })?.isSymbolicLink(),
  )
  return link === undefined ? undefined : `its .git/${link} is a link, and links are not followed`
}

function objectFolders(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'objects')).map((name) => `objects/${name}`)
  } catch {
    return []
  }
}
