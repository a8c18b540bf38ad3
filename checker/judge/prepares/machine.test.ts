import { type Limits, limitTrouble, machineTrouble } from './machine.ts'

const LIMITS = (count: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             63434                63434                processes
Max open files            ${count.padEnd(20)} 1048576              files
`
const FIT: Limits = { platform: 'linux', limits: LIMITS('1024'), ports: '32768\t60999\n' }

test('finds nothing amiss on a machine that can judge', async () => {
  expect(await machineTrouble()).toBeUndefined()
  expect(limitTrouble(FIT)).toBeUndefined()
  expect(limitTrouble({ ...FIT, limits: LIMITS('unlimited'), ports: null })).toBeUndefined()
  expect(limitTrouble({ platform: 'darwin', limits: null, ports: null })).toBeUndefined()
})

test.each<[string, Partial<Limits>, RegExp]>([
  ['few descriptors', { limits: LIMITS('64') }, /needs 256 file descriptors.*allows 64.*ulimit -n/],
  ['few ports', { ports: '60000\t60019\n' }, /needs 1000 ports.*has 20.*ip_local_port_range/],
  ['no /proc', { limits: null }, /reads \/proc.*mount -t proc/],
])('names the limit and what to do: %s', (_, limits, sentence) => {
  expect(limitTrouble({ ...FIT, ...limits })).toMatch(sentence)
})
