import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { execa } from 'execa'

/** The command as users run it, on programs in a submission made for the test. */
const root = resolve(import.meta.dirname, '../..')
const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
/** Skipped if strace is missing or may not trace, as in some containers. */
const withStrace = canTrace ? test : test.skip

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function syscalls(args: string[], path = process.env.PATH) {
  const command = [join(root, 'checker/dist/main.js'), 'syscalls', '03', ...args]
  return execa(process.execPath, command, { cwd: root, env: { PATH: path ?? '' }, reject: false })
}

interface Shown {
  recorded: boolean
  rows: { kind: string; name?: string; line?: string; text?: string }[]
  stdout: string
  remark?: string
}

/** The command's JSON output for a server with this text. */
async function traced(server: string): Promise<Shown> {
  mkdirSync(join(folder, '03-echo'))
  writeFileSync(join(folder, '03-echo/server.ts'), server)
  const { stdout } = await syscalls(['--submission', folder, '--json'])
  return JSON.parse(stdout) as Shown
}

const UP = 'listen(Number(process.env.PORT), process.env.HOST)'
const ECHO = `import { createServer } from 'node:net'
createServer((socket) => {
  socket.on('data', (chunk) => {
    socket.write(chunk)
  })
  socket.on('error', () => {})
}).${UP}
`

withStrace('shows the calls of a server, and the lines that led to them', async () => {
  const { rows, recorded } = await traced(ECHO)

  expect(recorded).toBe(false)
  const calls = rows.filter(({ kind }) => kind === 'call').map(({ name, line }) => `${name} ${line ?? ''}`)
  expect(calls.slice(0, 7)).toEqual([
    'socket server.ts:7',
    'setsockopt server.ts:7',
    'bind server.ts:7',
    'listen server.ts:7',
    'accept4 ',
    'read ',
    'write server.ts:4',
  ])
  expect(rows.at(-1)).toMatchObject({ kind: 'exit', text: 'was ended by SIGTERM' })
})

withStrace('ends what does not end by itself, a process of its own session too', async () => {
  const daemon = `spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })`
  const { rows, stdout } = await traced(
    `import { spawn } from 'node:child_process'\n${ECHO}process.on('SIGTERM', () => {})\nconsole.log(${daemon}.pid)\n`,
  )

  expect(rows.filter(({ kind }) => kind === 'signal').map(({ text }) => text)).toEqual(['SIGTERM', 'SIGKILL'])
  expect(environOf(stdout.trim())).not.toContain('TMPDIR')
})

withStrace('says that nobody came where the server does not listen on its port', async () => {
  const { remark, rows } = await traced(
    "import { createServer } from 'node:net'\ncreateServer().listen(0, '127.0.0.1')\n",
  )

  expect(remark).toMatch(/^The server listens on 127\.0\.0\.1:\d+, but this exercise gives the port in PORT/)
  expect(rows.map(({ name, kind }) => name ?? kind)).toContain('listen')
})

const elsewhere = process.platform === 'linux' ? test : test.skip

elsewhere('shows the recording where strace is missing, and what to install', async () => {
  symlinkSync(process.execPath, join(folder, 'node'))

  const { stdout, exitCode } = await syscalls([], folder)

  expect(stdout).toMatch(/^strace is not installed\. Install it/)
  expect(stdout).toMatch(/\n\nsolutions\/03-echo\/server\.ts with PORT=24000\n/)
  expect(exitCode).toBe(0)
})

elsewhere('shows the recording where strace may not trace', async () => {
  const refusal = 'strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted'
  writeFileSync(join(folder, 'strace'), `#!/bin/sh\necho '${refusal}' >&2\nexit 1\n`)
  chmodSync(join(folder, 'strace'), 0o755)

  const { stdout } = await syscalls(['--submission', 'solutions'], `${folder}${delimiter}${process.env.PATH}`)

  expect(stdout).toMatch(/^strace is not allowed to trace programs here \(strace: ptrace/)
  expect(stdout).toContain('--cap-add=SYS_PTRACE')
  expect(stdout).toMatch(/recording\s+of\s+the\s+reference,\s+not\s+of\s+your\s+file/)
})

/** The environment of a process; empty if it is gone. */
function environOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}
