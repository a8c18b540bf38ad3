/** What a learner's shell would hand on and a program may need to start; nothing of ours. */
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

/** The variables of ours that the learner's process starts with. */
export function inherited(): Record<string, string> {
  const pairs = INHERITED.map((name) => [name, process.env[name]] as const)
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
