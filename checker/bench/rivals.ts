import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { execa } from 'execa'
import type { Exercise } from '../course/course.ts'
import { compileSubmission, isCompileError } from '../judge/prepares/compile.ts'

/** A command that the bench times as a whole, from its start to its exit. */
export interface Rival {
  name: string
  command: string
  args: readonly string[]
  cwd: string
  env?: Record<string, string>
}

/**
 * A correct TIME SERVER, the exercise of learnyounode closest to ours: one connection, one line,
 * the end.
 */
const TIME_SERVER = `const net = require('net')
const two = (n) => String(n).padStart(2, '0')
net.createServer((socket) => {
  const d = new Date()
  const day = [d.getFullYear(), two(d.getMonth() + 1), two(d.getDate())].join('-')
  socket.end(day + ' ' + two(d.getHours()) + ':' + two(d.getMinutes()) + '\\n')
}).listen(Number(process.argv[2]))
`

/** Ours: `npm run check 03` on the reference, as a learner types it. */
export function check(root: string, exercise: Exercise): Rival {
  const args = ['run', 'check', exercise.number, '--', '--submission', 'solutions']
  return { name: `npm run check ${exercise.number}`, command: 'npm', args, cwd: root }
}

/** learnyounode, installed into a separate folder. Undefined if it cannot be installed. */
export async function learnyounode(folder: string): Promise<Rival | undefined> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  writeFileSync(join(folder, 'time-server.js'), TIME_SERVER)
  const env = { HOME: folder, USERPROFILE: folder }
  const bin = join(folder, 'node_modules/.bin/learnyounode')
  try {
    await execa('npm', ['install', '--no-audit', '--no-fund', 'learnyounode@4'], { cwd: folder })
    await execa(bin, ['select', 'TIME SERVER'], { cwd: folder, env })
    await execa(bin, ['verify', 'time-server.js'], { cwd: folder, env })
  } catch {
    return undefined
  }
  return {
    name: 'learnyounode verify (TIME SERVER)',
    command: bin,
    args: ['verify', 'time-server.js'],
    cwd: folder,
    env,
  }
}

/** The same hidden tests and the same harness, run by `node --test`. */
export async function nodeTest(root: string, exercise: Exercise, folder: string): Promise<Rival> {
  const program = await compileProgram(root, exercise, folder)
  const dist = import.meta.dirname
  const tests = join(folder, 'tests.test.mjs')
  buildSync({
    entryPoints: [join(exercise.folder, '.hidden', `${exercise.name.slice(3)}.test.ts`)],
    alias: { '#harness': join(dist, 'vm.js') },
    external: [join(dist, '*')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: tests,
  })
  return {
    name: 'node --test, the same tests',
    command: process.execPath,
    args: ['--import', join(dist, 'node-test.js'), '--test', tests],
    cwd: root,
    env: { BENCH_PROGRAM: program },
  }
}

/**
 * What no checker can do without: starting the program as often as there are tests, connecting,
 * echoing a line, ending it.
 */
export async function floor(root: string, exercise: Exercise, folder: string, tests: number): Promise<Rival> {
  const program = await compileProgram(root, exercise, folder)
  const args = [join(import.meta.dirname, 'floor.js'), program, `${tests}`]
  return { name: `floor: ${tests} x spawn, connect, echo, end`, command: process.execPath, args, cwd: root }
}

async function compileProgram(root: string, exercise: Exercise, folder: string): Promise<string> {
  const compiled = await compileSubmission(
    join(root, 'solutions', exercise.name, exercise.file),
    exercise.shipped,
    folder,
  )
  if (isCompileError(compiled)) throw new Error(compiled.message)
  return compiled.file
}
