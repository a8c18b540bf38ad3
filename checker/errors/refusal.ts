const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'may not be written or read',
  EPERM: 'may not be written or read',
  EROFS: 'is on a read-only file system',
  ENOSPC: 'does not fit: the disk is full',
  EDQUOT: 'does not fit: your disk quota is used up',
  ENOTDIR: 'cannot exist: a part of its path is a file',
}
/** What these mean of a folder that is to be made; elsewhere they may well be a fault of ours. */
const FOLDER_REFUSALS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file',
  ENOENT: 'cannot be made: the file system there does not allow folders',
}

/**
 * The sentence for a file or folder that this machine refuses us, which is no fault of the
 * learner's and none of ours; undefined for another error.
 */
export function refusalOf(error: unknown): string | undefined {
  const why = reasonOf(error)
  return why && `${why}. npm run doctor tells you what the course needs.`
}

/** What else a disk may say, of any file. */
const FAULTS: Readonly<Record<string, string>> = {
  ...REFUSALS,
  ENOENT: 'cannot be written: its folder is gone',
  EEXIST: 'is there already',
  EIO: 'cannot be read or written: the disk has a fault',
  EISDIR: 'is a folder, where a file should be',
  ENOTEMPTY: 'is a folder with something in it, where a file should be',
  EBUSY: 'is in use',
  ESTALE: 'is on a network drive that has lost it',
  EFBIG: 'is larger than a file may be here',
  ENAMETOOLONG: 'has a name that is too long for the file system',
  ELOOP: 'is a link that leads to itself',
  EMFILE: 'cannot be opened: too many files are open (ulimit -n)',
  ENFILE: 'cannot be opened: too many files are open on this machine',
}

/**
 * The sentence for whatever a file system says while results are written, with the file where it is
 * known; undefined for another error.
 */
export function diskProblem(error: unknown): string | undefined {
  const { code = '', path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string }
  if (syscall === undefined || !/^E[A-Z0-9]+$/.test(code) || !FILE_CALLS.has(syscall)) return undefined
  const known = reasonOf(error)
  if (known !== undefined) return known
  const what = dest ?? path ?? 'A file'
  return `${what} ${FAULTS[code] ?? `cannot be written or read (${syscall})`} (${code})`
}

/** The calls that have to do with files: the same codes come from sockets and processes, too. */
const FILE_CALLS = new Set(
  'open close read write fsync rename link unlink rm mkdir mkdtemp rmdir stat lstat access scandir copyfile symlink ftruncate'.split(
    ' ',
  ),
)

/** What is refused and why, as `/a/b may not be written or read (EACCES)`. */
export function reasonOf(error: unknown): string | undefined {
  const { code = '', path, syscall } = error as NodeJS.ErrnoException
  const why = REFUSALS[code] ?? (syscall === 'mkdir' ? FOLDER_REFUSALS[code] : undefined)
  if (why === undefined || (path === undefined && !FILE_CALLS.has(syscall ?? ''))) return undefined
  // A write to what is open does not say where.
  return `${path ?? 'A file'} ${why} (${code})`
}
