/**
 * What a learner's shell would hand on and a program of the course may need to start; nothing of
 * ours.
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

/** What npm, Jest and the checker have added to the shell's variables. */
const ADDED = [
  /^npm_/i,
  /^JEST_/,
  /^ACCEPT_LOOP_/,
  /^(INIT_CWD|NODE|COLOR|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE)$/,
]
/** What the course gives a program: a value of the shell's would be mistaken for one of ours. */
const GIVEN = ['HOST', 'PORT']

/** The variables of ours that the learner's process starts with. */
export function inherited(): Record<string, string> {
  return pick((name) => INHERITED.includes(name))
}

/**
 * The variables of the shell in which the check was typed. A command of the learner's own, in any
 * language, may need any of them.
 */
export function ofTheShell(): Record<string, string> {
  return pick((name) => !GIVEN.includes(name) && !ADDED.some((added) => added.test(name)))
}

function pick(isWanted: (name: string) => boolean): Record<string, string> {
  const pairs = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Object.fromEntries(pairs.filter(([name]) => isWanted(name)))
}
