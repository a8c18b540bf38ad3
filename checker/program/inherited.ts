/**
 * Variables that a learner's shell would pass on and that a program of the course may need to
 * start; none of ours.
 */
const INHERITED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TZ',
  'SystemRoot',
  'JAVA_HOME',
  'GOPATH',
]

/** Variables that npm, Jest and the checker have added to the shell's. */
const ADDED = [
  /^npm_/i,
  /^JEST_/,
  /^ACCEPT_LOOP_/,
  /^(INIT_CWD|NODE|COLOR|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE)$/,
]
/** What the course gives a program: a value from the shell would be mistaken for ours. */
const GIVEN = ['HOST', 'PORT']

/** Those of our variables that the learner's process starts with. */
export function inherited(): Record<string, string> {
  return pick((name) => INHERITED.includes(name))
}

/**
 * The variables of the shell in which the check was typed. A command of the learner's, in any
 * language, may need any of them.
 */
export function ofTheShell(): Record<string, string> {
  return pick((name) => !GIVEN.includes(name) && !ADDED.some((added) => added.test(name)))
}

function pick(isWanted: (name: string) => boolean): Record<string, string> {
  const pairs = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Object.fromEntries(pairs.filter(([name]) => isWanted(name)))
}
