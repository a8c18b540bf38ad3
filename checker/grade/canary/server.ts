// The canary: run before any submission, it tries to get out of the sandbox in every way that a
// submission may try. It answers each client with a line that says what it managed, or "nothing got
// out".
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Things outside the sandbox for it to reach. */
interface Bait {
  /** Files that it must not see. */
  secrets: string[]
  /** Folders that it must not write to: the caller checks whether it did. */
  folders: string[]
  /** Addresses outside that accept connections. */
  listeners: { host: string; port: number }[]
  /** A process outside. */
  pid: number
}

// Put in front of this text before it runs.
const { BAIT } = globalThis as unknown as { BAIT: Bait }
const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

async function escapes(): Promise<string[]> {
  for (const folder of BAIT.folders) write(folder)
  const reached = await Promise.all(BAIT.listeners.map(reaches))
  return [
    ...BAIT.secrets.filter((path) => reads(path)).map((path) => `read ${path}`),
    ...BAIT.listeners.filter((_, i) => reached[i]).map((each) => `connected to ${each.host}:${each.port}`),
    ...(networksBesideLoopback() ? ['has a network beside the loopback'] : []),
    ...(seesOthers() ? ['sees processes that are not its own'] : []),
    ...(signals(BAIT.pid) ? [`may signal process ${BAIT.pid}`] : []),
    ...(finds('sh') ? ['found a shell'] : []),
    ...Object.keys(process.env)
      .filter((name) => /^(npm_|NODE_|SSH_|GIT_)/.test(name))
      .map((name) => `has ${name} in its environment`),
  ]
}

function reads(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return existsSync(path)
  }
}

function write(folder: string): void {
  try {
    writeFileSync(`${folder}/canary-was-here`, 'out')
  } catch {
    // As it should be.
  }
}

function reaches({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial({ host, port, timeout: 1000 }, () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('timeout', () => socket.destroy())
    socket.on('close', () => resolve(false))
  })
}

function networksBesideLoopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((address) => !address.internal),
  )
}

/** In here there are only the first process of the namespace and this one: any other is foreign. */
function seesOthers(): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.some((pid) => pid !== '1' && pid !== `${process.pid}`)
}

function signals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // The same number may belong to the first process in here, or to one of this process's own
    // threads.
    return pid !== 1 && !readdirSync('/proc/self/task').includes(`${pid}`)
  } catch {
    return false
  }
}

function finds(program: string): boolean {
  try {
    execFileSync(program, ['-c', 'exit 0'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const server = createServer(async (socket) => {
  socket.on('error', () => {})
  const all = await escapes()
  socket.end(all.length > 0 ? `${all.join('; ')}\n` : 'nothing got out\n')
})

server.listen(port, host)
