import { pair } from '../program/address.ts'
import type { Exit } from '../program/exit.ts'
import type { Readiness } from '../program/ready.ts'
import { isEveryAddress } from '../program/sockets.ts'
import { paint, type View, wrap } from '../terminal/view.ts'
import type { Setup } from './learner.ts'
import { commandToTry } from './try-it.ts'

/** The introduction at the top: what runs where, and what you can do. */
export function intro(setup: Setup, view: View): string {
  const { exercise, file, shown, address } = setup
  const { host, port } = address
  const words = (text: string) => wrap(text, view.width)
  if (setup.others) {
    return [
      paint(view, 'bold', words(`${exercise.name}: one more client of your server on ${host}:${port}`)),
      '',
      words('It runs in another terminal. Type a line, and a client connects and sends it.'),
      words('/help lists the commands. Ctrl-C quits.'),
    ].join('\n')
  }
  const server = [
    `${exercise.name}: your server on ${host}:${port}`,
    'Type a line, and a client connects and sends it. Or in another terminal:',
    `  ${commandToTry(exercise, host, port)}`,
  ]
  const client = [
    `${exercise.name}: a server on ${host}:${port} for your client`,
    'Type a line, and the server sends it.',
    '  /type TEXT  types to your client',
  ]
  const [title = '', first = '', command = ''] = exercise.subject === 'server' ? server : client
  return [
    paint(view, 'bold', words(title)),
    '',
    words(file ? `${shown} restarts whenever you save it.` : `/restart restarts ${shown}.`),
    words(first),
    command,
    words('/help lists the commands. Ctrl-C quits.'),
  ].join('\n')
}

/** How the program ended. */
export function exitWords({ code, signal, error }: Exit): string {
  if (error !== undefined) return `could not be started: ${error}`
  return signal ? `was ended by ${signal}` : `exited with code ${code}`
}

/** How its start went. */
export function readyWords(readiness: Readiness, { host, port }: Setup['address']): string | undefined {
  switch (readiness.state) {
    case 'ready':
      return `listens on ${host}:${port}`
    case 'wrong-port':
      return `listens on ${pair(readiness.address, readiness.port)}; the port is in PORT (${port})`
    case 'wrong-interface':
      return isEveryAddress(readiness.address)
        ? `listens on ${pair(readiness.address, readiness.port)}, which is every address of the machine; the one to listen on is in HOST (${host})`
        : `listens on ${pair(readiness.address, port)}, which a client of ${host} cannot reach`
    case 'silent':
      return `runs, and does not listen on ${host}:${port}`
    case 'exited':
      return undefined
  }
}
