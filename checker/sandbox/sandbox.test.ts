import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { memoryCgroup, startedIn } from './memory-cgroup.ts'
import { refusalOf } from './sandbox.ts'

const env = { PATH: process.env.PATH }

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmdirSync(folder)
})

test('a sandbox that cannot be made tells what bubblewrap says', () => {
  const wrap = ['sh', '-c', 'echo "bwrap: Creating new namespace failed" >&2; exit 1']

  expect(refusalOf({ wrap, env })).toBe('bwrap: Creating new namespace failed')
})

test('a sandbox whose program is missing tells that it is', () => {
  expect(refusalOf({ wrap: ['no-such-program'], env })).toContain('ENOENT')
})

test('a sandbox that can be made is not refused', () => {
  expect(refusalOf({ wrap: ['env'], env })).toBeUndefined()
})

test('a judge is in a memory cgroup of its own where there is one to be had', () => {
  const procs = memoryCgroup(0)
  const [command = '', ...args] = [
    ...(procs === undefined ? [] : startedIn(procs)),
    'cat',
    '/proc/self/cgroup',
  ]

  const said = execFileSync(command, args, { encoding: 'utf8' })

  expect(memoryCgroup(0)).toBe(procs)
  if (procs === undefined) return
  expect(said).toContain(`accept-loop-${process.pid}-0`)
  const limits = readdirSync(dirname(procs)).filter((name) => /^memory[.](max|limit_in_bytes)$/.test(name))
  made.push(dirname(procs))
  expect(limits.map((name) => readFileSync(`${dirname(procs)}/${name}`, 'utf8'))).toEqual(['4294967296\n'])
})

test('a cgroup that cannot be joined keeps nobody from starting', () => {
  const [command = '', ...args] = [...startedIn('/no-such-folder/cgroup.procs'), 'echo', 'started']

  expect(execFileSync(command, args, { encoding: 'utf8' })).toBe('started\n')
})
