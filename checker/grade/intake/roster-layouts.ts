/**
 * How one system names the columns of a list of learners. Of several columns for the same, the
 * first that is filled counts.
 */
export interface RosterLayout {
  system: string
  /** It is this one where all of these are there. */
  signature: readonly string[]
  id: readonly string[]
  /** Columns that are joined by a space, or the first of these that is there. */
  name: readonly (readonly string[])[]
  email: readonly string[]
  url: readonly string[]
  /** Columns with other names by which what a learner handed in may be called. */
  aliases: readonly string[]
}

/** Columns that any roster may have, whichever system it came from. */
export const TERM_COLUMNS = ['branch', 'due', 'excused', 'adjust', 'reason', 'comment'] as const

const MOODLE = {
  system: 'Moodle',
  id: ['id number', 'username', 'email address', 'identifier'],
  name: [['full name'], ['first name', 'last name'], ['first name', 'surname'], ['first name']],
  email: ['email address'],
  url: ['url'],
  aliases: ['id number', 'username', 'email address', 'identifier'],
} as const

/** From the most particular to our own, which is every other. */
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

/** Every column that some layout reads. */
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
