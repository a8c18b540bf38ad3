import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'

/** What tells whether this system hears of changes to a folder. */
export interface Surroundings {
  /** The kernel's name for itself. */
  release: string
  container: boolean
  /** `/proc/self/mountinfo`, empty where there is none. */
  mounts: string
}

/** File systems whose files change elsewhere, on a host or a server, without an event here. */
const DEAF = /^(9p|drvfs|nfs4?|cifs|smb3|smbfs|vboxsf|prl_fs|virtiofs|fakeowner|fuse\..+)$/

/** Why changes in the folder have to be looked for, as a part of a sentence; undefined where events can be relied upon. */
export function whyPoll(folder: string, { release, container, mounts }: Surroundings): string | undefined {
  if (/microsoft/i.test(release) && /^\/mnt\/[a-z](\/|$)/.test(folder)) return 'this is a Windows drive'
  const type = fileSystemOf(folder, mounts)
  if (DEAF.test(type)) return `this is a file system of type ${type}`
  return container ? 'this is a container' : undefined
}

/** This machine. */
export function readSurroundings(): Surroundings {
  return {
    release: release(),
    container: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
    mounts: existsSync('/proc/self/mountinfo') ? readFileSync('/proc/self/mountinfo', 'utf8') : '',
  }
}

/** The type of the file system that is mounted nearest above the folder; the last mount of a place covers those before it. */
function fileSystemOf(folder: string, mounts: string): string {
  let nearest = { place: '', type: '' }
  for (const line of mounts.split('\n')) {
    const place = line.split(' ')[4]?.replace(/\\040/g, ' ')
    const type = line.split(' - ')[1]?.split(' ')[0]
    if (place === undefined || type === undefined || place.length < nearest.place.length) continue
    if (place === '/' || folder === place || folder.startsWith(`${place}/`)) nearest = { place, type }
  }
  return nearest.type
}
