/**
 * How one platform names the columns of a list of learners. If several columns hold the same, the
 * first that is filled counts.
 */
export interface RosterLayout {
  system: string
  /** The roster has this layout if all of these columns are there. */
  signature: readonly string[]
  id: readonly string[]
  /** Columns that are joined by a space, or the first of these that is there. */
  name: readonly (readonly string[])[]
  email: readonly string[]
  url: readonly string[]
  /** Columns with other names that may appear in the names of a learner's files. */
  aliases: readonly string[]
}

/** Columns that any roster may have, whichever platform it came from. */
export const TERM_COLUMNS = ['branch', 'due', 'excused', 'adjust', 'reason', 'comment'] as const

const MOODLE = {
  system: 'Moodle',
  id: ['id number', 'username', 'email address', 'identifier'],
  name: [['full name'], ['first name', 'last name'], ['first name', 'surname'], ['first name']],
  email: ['email address'],
  url: ['url'],
  aliases: ['id number', 'username', 'email address', 'identifier'],
} as const

/** From the most specific to our own, which fits everything else. */
export const LAYOUTS: readonly RosterLayout[] = [
  {
    system: 'Canvas',
    signature: ['student', 'id', 'section'],
    id: ['sis user id', 'sis login id', 'id'],
    name: [['student']],
    email: ['email'],
    url: ['url'],
    aliases: ['id', 'sis user id', 'sis login id'],
  },
  {
    system: 'GitHub Classroom',
    signature: ['github_username'],
    id: ['roster_identifier', 'identifier', 'github_username'],
    name: [['name']],
    email: ['email'],
    url: ['url', 'student_repository_url'],
    aliases: ['github_username', 'student_repository_name', 'roster_identifier', 'identifier'],
  },
  { ...MOODLE, signature: ['email address'] },
  { ...MOODLE, signature: ['id number'] },
  {
    system: 'your own',
    signature: [],
    id: ['id'],
    name: [['name']],
    email: ['email'],
    url: ['url'],
    aliases: ['email'],
  },
]

/** Every column that any layout reads. */
export const KNOWN_COLUMNS: ReadonlySet<string> = new Set([
  ...TERM_COLUMNS,
  ...LAYOUTS.flatMap(({ signature, id, name, email, url, aliases }) => [
    ...signature,
    ...id,
    ...name.flat(),
    ...email,
    ...url,
    ...aliases,
  ]),
])
