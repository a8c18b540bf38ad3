const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'may not be written or read',
  EPERM: 'may not be written or read',
  EROFS: 'is on a read-only file system',
  ENOSPC: 'does not fit: the disk is full',
  EDQUOT: 'does not fit: your disk quota is used up',
  ENOTDIR: 'cannot exist: a part of its path is a file',
}
/**
 * What these codes mean for a folder that is being created; elsewhere they may well be a fault of
 * ours.
 */
const FOLDER_REFUSALS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file',
  ENOENT: 'cannot be made: the file system there does not allow folders',
}

/**
 * The sentence for a file or folder that this machine refuses us, which is neither the learner's
 * fault nor ours; undefined for any other error.
 */
export function refusalOf(error: unknown): string | undefined {
  const why = reasonOf(error)
  return why && `${why}. npm run doctor tells you what the course needs.`
}

/** Other errors that a disk may report for any file. */
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
 * The sentence for any file system error while results are written, with the file if it is known;
 * undefined for any other error.
 */
export function diskProblem(error: unknown): string | undefined {
  const { code = '', path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string }
  if (syscall === undefined || !/^E[A-Z0-9]+$/.test(code) || !FILE_CALLS.has(syscall)) return undefined
  const known = reasonOf(error)
  if (known !== undefined) return known
  const what = dest ?? path ?? 'A file'
  return `${what} ${FAULTS[code] ?? `cannot be written or read (${syscall})`} (${code})`
}

/** The calls that concern files: the same codes come from sockets and processes, too. */
const FILE_CALLS = new Set(
  'open close read write fsync rename link unlink rm mkdir mkdtemp rmdir stat lstat access scandir copyfile symlink ftruncate'.split(
    ' ',
  ),
)

/** What is refused and why: `/a/b may not be written or read (EACCES)`. */
export function reasonOf(error: unknown): string | undefined {
  const { code = '', path, syscall } = error as NodeJS.ErrnoException
  const why = REFUSALS[code] ?? (syscall === 'mkdir' ? FOLDER_REFUSALS[code] : undefined)
  if (why === undefined || (path === undefined && !FILE_CALLS.has(syscall ?? ''))) return undefined
  // An error of a write to an open file does not name the file.
  return `${path ?? 'A file'} ${why} (${code})`
}
