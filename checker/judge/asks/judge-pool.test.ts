import { setTimeout as sleep } from 'node:timers/promises'
import { JudgePool, MAX_PATIENT } from './judge-pool.ts'

/** Work that records how much of it runs at once. */
function watched(pool: JudgePool) {
  const log = { busy: 0, most: 0, order: [] as string[], crowded: false }
  const work = (name: string, alone: boolean) => async () => {
    log.busy += 1
    log.most = Math.max(log.most, log.busy)
    if (alone && log.busy > 1) log.crowded = true
    await sleep(2)
    if (alone && log.busy > 1) log.crowded = true
    log.order.push(name)
    log.busy -= 1
  }
  return {
    log,
    beside: (name: string) => pool.beside(work(name, false)),
    alone: (name: string) => pool.alone(work(name, true)),
  }
}

test('work goes on with as many judges as there are', async () => {
  const { log, beside } = watched(new JudgePool('/', 3))

  await Promise.all(Array.from({ length: 9 }, (_, i) => beside(`${i}`)))

  expect(log.most).toBe(3)
  expect(log.order).toHaveLength(9)
})

test('work that asks to be alone waits for the rest, and is', async () => {
  const { log, beside, alone } = watched(new JudgePool('/', 2))

  const all = ['a', 'b', 'c', 'd'].map((name) => beside(name))
  await Promise.all([...all, alone('x'), alone('y')])

  expect(log.crowded).toBe(false)
  expect(log.order.slice(-2)).toEqual(['x', 'y'])
})

test('a quiet moment is made when much of it has gathered', async () => {
  const { log, beside, alone } = watched(new JudgePool('/', 2))

  const shared = Array.from({ length: 200 }, (_, i) => beside(`${i}`))
  const lonely = Array.from({ length: MAX_PATIENT }, () => alone('alone'))
  await Promise.all([...shared, ...lonely])

  expect(log.crowded).toBe(false)
  expect(log.order.indexOf('alone')).toBeLessThan(10)
  expect(log.order).toHaveLength(200 + MAX_PATIENT)
})

test('work that throws gives its judge back', async () => {
  const pool = new JudgePool('/', 1)
  const broken = pool.beside(async () => {
    throw new Error('broken')
  })

  await expect(broken).rejects.toThrow('broken')
  await expect(pool.alone(async () => 'next')).resolves.toBe('next')
})
