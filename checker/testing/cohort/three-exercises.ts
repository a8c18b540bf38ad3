import { type ExerciseFiles, likeExercise } from '../course.ts'

/**
 * Hidden tests that take no time. What their clients send is always the same, because golden files
 * show it.
 */
const TESTS = {
  '01-listen': `
test('accepts a connection', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.end()
  await alice.expectEnd()
})
`,
  '03-echo': `
test('echoes a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send('hello\\n')
  await alice.expect('hello\\n')
})

test('echoes every byte', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send(Uint8Array.of(0xff, 0xfe, 0x0a))
  await alice.expect(Uint8Array.of(0xff, 0xfe, 0x0a))
})
`,
  '06-lines': `
test('numbers each line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send('one\\ntwo\\n')
  await alice.expect('1 one\\n2 two\\n')
})
`,
}

/** Three exercises laid out as in the course, with these tests. */
export const THREE_EXERCISES: Readonly<Record<string, ExerciseFiles>> = Object.fromEntries(
  Object.entries(TESTS).map(([name, tests]) => [
    name,
    likeExercise(name, `import { startServer } from '#harness'\n${tests}`),
  ]),
)

/** Right servers for them, and a wrong one. Each learner gets a different file. */
export const SERVERS = {
  listens: (learner: string) => serverOf(learner, 'socket.resume()'),
  echoes: (learner: string) => serverOf(learner, 'socket.pipe(socket)'),
  /** Loses what is not UTF-8. */
  echoesText: (learner: string) =>
    serverOf(learner, "socket.on('data', (chunk) => socket.write(chunk.toString()))"),
  numbers: (learner: string) =>
    serverOf(
      learner,
      `let count = 0
  createInterface({ input: socket }).on('line', (line) => socket.write([++count, line].join(' ') + '\\n'))`,
    ),
}

function serverOf(learner: string, body: string): string {
  return `// ${learner}
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

createServer((socket) => {
  ${body}
}).listen(Number(process.env.PORT), process.env.HOST)
`
}
