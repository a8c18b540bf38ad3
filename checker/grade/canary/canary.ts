import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { newSeed } from '../../judge/asks/jobs.ts'
import type { JudgeSlot } from '../../judge/asks/judge-slot.ts'
import type { Job } from '../../judge/job.ts'
import type { Verdict } from '../../judge/verdict.ts'
import type { Cage } from '../../sandbox/cage.ts'

/**
 * Runs a program of ours that tries to get out of the sandbox, as if a learner had handed it in.
 * Undefined if it stays inside; otherwise what it managed, or why it could not be run.
 */
export async function runCanary(
  root: string,
  out: string,
  judge: Pick<JudgeSlot, 'judge'>,
  cage?: Cage,
): Promise<string | undefined> {
  const outside = join(out, 'canary')
  mkdirSync(outside, { recursive: true })
  const folders = [root, join(root, 'exercises'), out, outside]
  const arrivals = { count: 0 }
  const listeners = await Promise.all(addresses().map((host) => listenOn(host, arrivals)))
  try {
    const bait = {
      secrets: secretsOf(root, out),
      folders,
      listeners: listeners
        .map((server) => server.address() as net.AddressInfo)
        .map(({ address, port }) => ({ host: address, port })),
      pid: process.pid,
    }
    const verdict = await judge.judge(toJob(root, JSON.stringify(bait), cage))
    const written = folders
      .map((folder) => join(folder, 'canary-was-here'))
      .filter((path) => existsSync(path))
    for (const path of written) rmSync(path)
    if (written.length > 0) return `it wrote ${written.join(' and ')}`
    if (arrivals.count > 0) return 'it connected to this machine from inside'
    return verdict.verdict === 'pass' ? undefined : complaint(verdict)
  } finally {
    for (const server of listeners) server.close()
    rmSync(outside, { recursive: true, force: true })
  }
}

function toJob(root: string, bait: string, cage?: Cage): Job {
  const folder = join(root, 'checker', 'grade', 'canary')
  const source = `Object.assign(globalThis, { BAIT: ${bait} })\n${readFileSync(join(folder, 'server.ts'), 'utf8')}`
  return {
    exercise: 'canary',
    tests: join(folder, '.hidden'),
    subject: 'server',
    program: {
      kind: 'source',
      name: 'server.ts',
      bytes: Buffer.from(source).toString('base64'),
      shipped: [],
    },
    cwd: root,
    seed: newSeed(),
    ...(cage && { cage }),
  }
}

/** What a submission would most like to see. */
function secretsOf(root: string, out: string): string[] {
  const home = process.env.HOME ?? '/root'
  const course = ['exercises/03-echo/.hidden', 'solutions', 'checker/harness', 'checker/dist', '.git'].map(
    (name) => join(root, name),
  )
  return [
    ...course,
    out,
    join(home, '.ssh'),
    join(home, '.bashrc'),
    '/etc/passwd',
    '/etc/shadow',
    '/usr/bin/env',
    '/var',
    '/sys',
  ]
}

/** Every address that this machine has, including those of the loopback. */
function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter((address) => address.family === 'IPv4')
    .map((address) => address.address)
}

async function listenOn(host: string, arrivals: { count: number }): Promise<net.Server> {
  const server = net.createServer((socket) => {
    arrivals.count += 1
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  return server
}

function complaint({ message, tests }: Verdict): string {
  return tests.find((test) => test.verdict !== 'pass')?.message ?? message ?? 'it could not be run'
}
