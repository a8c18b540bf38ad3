import { socketsOfLsof } from './sockets.ts'

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
