import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { hasProc } from './proc.ts'
import { networkSockets, socketsOfLsof } from './sockets.ts'

test('reads the listening sockets that lsof names, those on every address by their family', () => {
  const fields = [
    'p71',
    'f21',
    'tIPv6',
    'n*:4000',
    'f22',
    'tIPv4',
    'n*:4001',
    'f23',
    'n127.0.0.1:4002',
    'f24',
    'tIPv6',
    'n[::1]:4003',
    '',
  ]

  expect(socketsOfLsof(fields.join('\n'))).toEqual([
    { address: '::', port: 4000 },
    { address: '0.0.0.0', port: 4001 },
    { address: '127.0.0.1', port: 4002 },
    { address: '::1', port: 4003 },
  ])
})

const testWithProc = hasProc ? test : test.skip

testWithProc('counts a socket once that two processes hold', async () => {
  const before = networkSockets([process.pid])
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle
  const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
  await once(child, 'spawn')

  expect(networkSockets([Number(child.pid)])).toBe(1)
  expect(networkSockets([process.pid, Number(child.pid)])).toBe(before + 1)

  child.kill()
  server.close()
})
