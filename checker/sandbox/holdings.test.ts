import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { holdingsOf } from './holdings.ts'

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

const onLinux = process.platform === 'linux' ? test : test.skip

/** A process that has run far enough to print something. */
async function started(script: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log(1); setInterval(() => {}, 1e6)`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  if (child.stdout) await once(child.stdout, 'data')
  return child.pid ?? 0
}

onLinux('counts what processes hold together', async () => {
  const pid = await started('')

  const [one, two] = [holdingsOf([pid]), holdingsOf([pid, process.pid])]

  expect(one.memoryBytes).toBeGreaterThan(20 * 1024 ** 2)
  expect(one.tableBytes).toBeGreaterThan(0)
  expect(two.memoryBytes).toBeGreaterThan(one.memoryBytes)
  expect(two.descriptors).toBeGreaterThan(one.descriptors)
})

onLinux('counts few watches of a server with many descriptors, and all of one with many sets', async () => {
  const many =
    "const open = () => require('fs').openSync('/dev/null'); for (let i = 0; i < 3000; i += 1) open()"
  const sets = `const libc = require('koffi').load('libc.so.6')
    const set = libc.func('int epoll_create1(int flags)')
    for (let i = 0; i < 400; i += 1) set(0)`
  const [server, hoarder] = await Promise.all([started(many), started(sets)])

  expect(holdingsOf([server]).watches).toBeLessThan(20_000)
  expect(holdingsOf([hoarder]).watches).toBeGreaterThan(160_000)
})

test('a process that is gone holds nothing', () => {
  expect(holdingsOf([2 ** 30])).toMatchObject({ memoryBytes: 0, descriptors: 0, watches: 0 })
})
