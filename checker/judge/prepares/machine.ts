import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/** The tests hold both ends of what they start, and its pipes. */
const MIN_DESCRIPTORS = 256
/** A used port is unavailable for a minute, and an exercise uses hundreds. */
const MIN_PORTS = 1000

/** Linux files that tell what this process may do; null if they cannot be read. */
export interface Limits {
  platform: NodeJS.Platform
  limits: string | null
  ports: string | null
}

/** Why judging is impossible on this machine, and what to do; undefined if all is well. */
export async function machineTrouble(): Promise<string | undefined> {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return null
    }
  }
  const limits = read('/proc/self/limits')
  const ports = read('/proc/sys/net/ipv4/ip_local_port_range')
  return limitTrouble({ platform: process.platform, limits, ports }) ?? (await loopbackTrouble())
}

/** The same, as far as the limits show. */
export function limitTrouble({ platform, limits, ports }: Limits): string | undefined {
  if (platform !== 'linux') return undefined
  if (limits === null)
    return 'The check reads /proc, and there is none here: mount it (mount -t proc proc /proc), or start the container with it.'
  const descriptors = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  if (descriptors < MIN_DESCRIPTORS)
    return `The check needs ${MIN_DESCRIPTORS} file descriptors, and this shell allows ${descriptors}: raise the limit (ulimit -n 1024).`
  const [first, last] = ports?.trim().split(/\s+/).map(Number) ?? []
  if (first === undefined || last === undefined || last - first + 1 >= MIN_PORTS) return undefined
  return `The check needs ${MIN_PORTS} ports for its clients, and this machine has ${last - first + 1}: widen the range (sysctl -w net.ipv4.ip_local_port_range="32768 60999").`
}

/** Connects to itself once: if that fails, it is the machine's fault. */
async function loopbackTrouble(): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy())
  try {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') return undefined
    const client = connect(address.port, '127.0.0.1')
    try {
      await once(client, 'connect')
    } finally {
      client.destroy()
    }
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    return `The check cannot connect to 127.0.0.1 (${code}): bring the loopback up (ip link set lo up), and see npm run doctor.`
  } finally {
    server.close()
  }
}
