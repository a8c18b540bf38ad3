import net from 'node:net'
import { quote } from '../program/bytes.ts'
import { scenario } from './running-check.ts'
import type { Server } from './server.ts'

/**
 * Connections open at the same time: few enough for a limit of 1,024 descriptors and for any
 * backlog but the smallest.
 */
const AT_ONCE = 50

/**
 * This many clients connect and say nothing; each gets this line and FIN. They hang up with RST, so
 * that no port is left in TIME_WAIT. For crowds: what each client sees is not recorded.
 */
export async function flood(server: Server, count: number, line: string): Promise<void> {
  const expected = `${line}\n`
  let next = 1
  let lost: { guest: number; but: string } | undefined
  const visit = async () => {
    while (next <= count && !lost) {
      const guest = next
      next += 1
      const got = await visitOnce(server)
      if (got !== expected) lost ??= { guest, but: got }
    }
  }
  scenario().conversation.add('note', { text: `${count} clients connect, up to ${AT_ONCE} at a time` })
  const outcome = await scenario().patiently(Promise.all(Array.from({ length: AT_ONCE }, visit)))
  if (!lost && outcome === 'changed') return
  const guest = lost?.guest ?? next - 1
  throw await scenario().failed({
    code: lost ? 'wrong-bytes' : 'silent',
    should: `send ${quote(expected)} and FIN to each of ${count} more clients`,
    but: lost
      ? `number ${guest} got ${lost.but.endsWith('\n') ? quote(lost.but) : lost.but}`
      : `number ${guest} was kept waiting for ${scenario().waited(outcome === 'late' ? 'late' : 'still')}`,
  })
}

/** What a client gets until FIN, or what happens instead. */
function visitOnce({ host, port }: Server): Promise<string> {
  return new Promise((resolve) => {
    let got = ''
    const socket = net.connect({ host, port, allowHalfOpen: true })
    const end = scenario()
    end.atEnd(() => socket.destroy())
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      got += text
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'ECONNREFUSED' ? 'a refusal (ECONNREFUSED)' : 'RST'),
    )
    socket.on('end', () => {
      socket.resetAndDestroy()
      resolve(got === '' ? 'FIN and no byte' : got)
    })
  })
}
