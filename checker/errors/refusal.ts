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

/** The sentence for a file or folder that this machine refuses us, which is no fault of the learner's and none of ours; undefined for another error. */
export function refusalOf(error: unknown): string | undefined {
  const why = reasonOf(error)
  return why && `${why}. npm run doctor tells you what the course needs.`
}

/** What is refused and why, as `/a/b may not be written or read (EACCES)`. */
export function reasonOf(error: unknown): string | undefined {
  const { code = '', path, syscall } = error as NodeJS.ErrnoException
  const why = REFUSALS[code] ?? (syscall === 'mkdir' ? FOLDER_REFUSALS[code] : undefined)
  return why === undefined || path === undefined ? undefined : `${path} ${why} (${code})`
}
