const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'may not be written or read',
  EPERM: 'may not be written or read',
  EROFS: 'lies on a file system that is read-only',
  ENOSPC: 'does not fit: the disk is full',
  EDQUOT: 'does not fit: your share of the disk is used up',
  ENOTDIR: 'cannot be there: a part of its path is a file',
}

/** The sentence for a file or folder that this machine refuses us, which is no fault of the learner's and none of ours; undefined for another error. */
export function refusalOf(error: unknown): string | undefined {
  const { code = '', path } = error as NodeJS.ErrnoException
  const why = REFUSALS[code]
  if (why === undefined || path === undefined) return undefined
  return `${path} ${why} (${code}). npm run doctor says what the course needs.`
}
