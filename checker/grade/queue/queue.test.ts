import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../../harness/random.ts'
import { makeCourseToGrade } from '../../testing/cohort/course.ts'
import { type Player, Processes } from '../../testing/cohort/processes.ts'
import { hasRedis, RedisServer } from '../../testing/cohort/redis.ts'
import { MAIN } from '../../testing/course.ts'
import { readLedger, recordsOf } from '../store/ledger.ts'
import { Store } from '../store/store.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const QUEUE = join('checker', 'grade', 'queue')
const RIGHT = readFileSync(join(root, 'solutions', '03-echo', 'server.ts'), 'utf8')
/** The random words of tests are in lower case, so this is never the beginning of one. */
const WRONG = RIGHT.replace('socket.write(chunk)', "socket.write('NO')")

/**
 * `CHAOS=200 SEED=7 npm run unit -- checker/grade/queue`: this many submissions, in the sandbox,
 * and correspondingly more kills.
 */
const submissions = Number(process.env.CHAOS ?? 8)
const sandbox = process.env.CHAOS === undefined ? ['--no-sandbox'] : []
const seed = Number(process.env.SEED ?? Date.now() % 100_000)
const kills = Math.ceil(submissions / 2)
const MAX_MS = 120_000 + submissions * 10_000

const isInstalled = existsSync(join(root, QUEUE, 'node_modules'))
const lack = [
  ...(isInstalled ? [] : [`npm ci --prefix ${QUEUE} was not run`]),
  ...(hasRedis ? [] : ['there is no redis-server']),
].join(', and ')
const withRedis = lack === '' ? test : test.skip

const folder = mkdtempSync(join(tmpdir(), 'queue-'))
const course = join(folder, 'course')
const cast = new Processes(folder)
let redis: RedisServer | undefined

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'checker', 'start.js'), '--help'])
  makeCourseToGrade(course)
  if (isInstalled) addPackages(course)
})
afterEach(async () => {
  await cast.end()
  await redis?.kill()
})
afterAll(async () => {
  // What a worker was running ends by itself once the worker is gone.
  while (processesNaming(course).length > 0) await sleep(20)
  rmSync(folder, { recursive: true, force: true })
})

if (lack !== '') test.skip(`the queue is not tried: ${lack}`, () => {})

withRedis(
  `whoever is killed, nothing is lost and nothing counts twice (seed ${seed})`,
  async () => {
    const dir = cohort(
      'chaos',
      Array.from({ length: submissions }, (_, i) => (i % 4 === 3 ? WRONG : RIGHT)),
    )
    const out = join(folder, 'chaos-out')
    const there = await startRedis()
    const random = new Random(seed, 'kills')
    const workers = [1, 2, 3].map(() => work())
    let coordinator = grade(dir, out, ['--queue', there.url])
    const kept: Record<string, number> = {}
    const hit = [0, 0, 0]
    const dead: string[] = []

    for (let kill = 0; kill < kills; kill += 1) {
      // One kill for every so many results; which worker it hits, and exactly when, is random.
      const enough = Math.floor((kill * submissions) / kills)
      while (Object.keys(results(out)).length < enough && coordinator.child.exitCode === null) await sleep(5)
      await sleep(random.int(0, 200))
      if (coordinator.child.exitCode !== null) break
      const victim = kill < 3 ? kill : random.int(0, 4)
      if (victim === 0) {
        await coordinator.kill()
        Object.assign(kept, results(out))
        coordinator = grade(dir, out, ['--queue', there.url])
      } else if (victim === 1) {
        await there.kill()
        await sleep(random.int(0, 300))
        await there.start()
      } else {
        const [worker] = workers.splice(random.int(0, workers.length - 1), 1, work())
        await worker?.kill()
        dead.push(worker?.printed() ?? '')
      }
      hit[Math.min(victim, 2)] = (hit[Math.min(victim, 2)] ?? 0) + 1
    }
    expect([await coordinator.ended, coordinator.printed()]).toEqual([
      0,
      expect.stringContaining('The gradebook'),
    ])
    expect(await there.says('KEYS *:grade:????????????????????????????????*')).toBe('*0\r\n')
    expect(Object.keys(results(out))).toHaveLength(submissions)
    expect(results(out)).toMatchObject(kept)

    if (process.env.CHAOS !== undefined) {
      const lines = [...dead, ...workers.map(({ printed }) => printed())].join('').split('\n')
      const judged = lines.filter((line) => / (pass|fail) /.test(line)).length
      const lost = lines.filter((line) => / lost /.test(line)).length
      console.log(
        `killed: coordinator ${hit[0]}, Redis ${hit[1]}, workers ${hit[2]}; ${lost} jobs came back, ${judged} judged for ${submissions} results`,
      )
    }
    const plain = join(folder, 'chaos-plain')
    await grade(dir, plain, []).ended
    expect(found(out)).toEqual(found(plain))
  },
  MAX_MS,
)

withRedis('a worker of another edition refuses, and is named; a fit one does it', async () => {
  const dir = cohort('editions', [RIGHT])
  const other = join(folder, 'other')
  cpSync(course, other, { recursive: true, verbatimSymlinks: true })
  appendFileSync(join(other, 'exercises', '03-echo', '.hidden', 'echo.test.ts'), '// another day\n')
  const { url } = await startRedis()

  const unfit = cast.start(join(other, MAIN), workerArgs(url))
  const coordinator = grade(dir, join(folder, 'editions-out'), ['--queue', url])
  await until(coordinator, 'does not grade 03-echo: its checkout has another version of 03-echo.')
  work()

  expect(await coordinator.ended).toBe(0)
  expect(unfit.printed()).toContain('refused')
  expect(verdicts(join(folder, 'editions-out'))).toEqual(['pass'])
})

withRedis('what Redis forgets is offered anew', async () => {
  const dir = cohort('forgotten', [RIGHT])
  const there = await startRedis()
  const coordinator = grade(dir, join(folder, 'forgotten-out'), ['--queue', there.url])
  await until(coordinator, 'No worker is there.')

  await there.says('FLUSHALL')
  work()

  expect(await coordinator.ended).toBe(0)
  expect(verdicts(join(folder, 'forgotten-out'))).toEqual(['pass'])
})

withRedis('Ctrl-C takes back what no worker has begun', async () => {
  const dir = cohort('interrupted', [RIGHT, RIGHT])
  const there = await startRedis()
  const coordinator = grade(dir, join(folder, 'interrupted-out'), ['--queue', there.url])
  while ((await there.says('LLEN accept-loop:grade:wait')) !== ':2\r\n') await sleep(5)

  coordinator.child.kill('SIGINT')

  expect(await coordinator.ended).toBe(130)
  expect(await there.says('LLEN accept-loop:grade:wait')).toBe(':0\r\n')
})

withRedis('a worker that is told to end gives its jobs back', async () => {
  const dir = cohort('returned', [RIGHT, RIGHT])
  const { url } = await startRedis()
  const first = work('1000')
  const coordinator = grade(dir, join(folder, 'returned-out'), ['--queue', url])
  while (!(await redis?.says('LLEN accept-loop:grade:active'))?.startsWith(':2')) await sleep(5)

  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(first.printed()).toContain('returned')
  work('1000')

  expect(await coordinator.ended).toBe(0)
  expect(verdicts(join(folder, 'returned-out'))).toEqual(['pass', 'pass'])
})

withRedis('a Redis that is not there is named, without its password', async () => {
  const away = await startRedis()
  await away.kill()
  const url = `redis://me:secret@127.0.0.1:${away.port}`
  const players = [
    grade(cohort('away', [RIGHT]), join(folder, 'away-out'), ['--queue', url]),
    cast.start(join(course, MAIN), workerArgs(url)),
  ]
  for (const player of players) {
    expect(await player.ended).toBe(3)
    expect(player.printed()).toContain(`Redis at redis://me:***@127.0.0.1:${away.port} cannot be used`)
  }
})

test.each([
  ['http://localhost', 'wants the address of a Redis'],
  ['redis://localhost/first', 'is the number of a database'],
  ['redis://localhost?name=a:b', "A queue's name is made of"],
])('%s is refused with a sentence', async (url, sentence) => {
  const player = grade(cohort('usage', [RIGHT]), join(folder, 'usage-out'), ['--queue', url])
  expect(await player.ended).toBe(2)
  expect(player.printed()).toContain(sentence)
})

test('without the packages, it says how to install them', async () => {
  const bare = join(folder, 'bare')
  makeCourseToGrade(bare)
  const player = cast.start(join(bare, MAIN), workerArgs('redis://localhost'))
  expect(await player.ended).toBe(2)
  // The course itself has ioredis, for its exercises.
  expect(player.printed()).toMatch(
    /not installed: bullmq.*[.] Install them with: npm ci --prefix checker\/grade\/queue/,
  )
})

async function startRedis(): Promise<RedisServer> {
  redis = await RedisServer.start(mkdtempSync(join(folder, 'redis-')))
  return redis
}

/** A cohort of these servers, each a little different. */
function cohort(name: string, servers: string[]): string {
  const dir = join(folder, name)
  for (const [i, text] of servers.entries()) {
    const file = join(dir, `learner-${i}`, '03-echo', 'server.ts')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${text}// ${name} ${i}\n`)
  }
  return dir
}

function grade(dir: string, out: string, options: string[]): Player {
  return cast.start(join(course, MAIN), ['grade', dir, '--out', out, '--only', '03', ...sandbox, ...options])
}

function work(lease = '1'): Player {
  return cast.start(join(course, MAIN), [...workerArgs(redis?.url ?? ''), '--lease', lease])
}

function workerArgs(url: string): string[] {
  return ['grade:worker', '--queue', url, '--jobs', '1', ...sandbox]
}

function addPackages(where: string): void {
  mkdirSync(join(where, QUEUE), { recursive: true })
  cpSync(join(root, QUEUE, 'package.json'), join(where, QUEUE, 'package.json'))
  symlinkSync(join(root, QUEUE, 'node_modules'), join(where, QUEUE, 'node_modules'))
}

async function until({ printed, child }: Player, sentence: string): Promise<void> {
  while (!printed().includes(sentence)) {
    if (child.exitCode !== null) throw new Error(`it ended without saying "${sentence}":\n${printed()}`)
    await sleep(5)
  }
}

/** When each result was written. */
function results(out: string): Record<string, number> {
  const records = join(out, 'records')
  const names = existsSync(records) ? readdirSync(records).filter((name) => name.endsWith('.json')) : []
  return Object.fromEntries(names.map((name) => [name, statSync(join(records, name)).mtimeMs]))
}

/** What was found out, without what differs from run to run. */
function found(out: string) {
  const records = recordsOf(readLedger(out), new Store(out))
  return records
    .sort((a, b) => (a.learner < b.learner ? -1 : 1))
    .map(({ learner, hash, verdict, score, sandboxed, verdictJson }) => ({
      learner,
      hash,
      verdict,
      score,
      sandboxed,
      tests: verdictJson?.tests.map(({ title, verdict, code }) => ({ title, verdict, code })),
    }))
}

function verdicts(out: string): string[] {
  return found(out).map(({ verdict }) => verdict)
}

function processesNaming(text: string): string[] {
  const commandOf = (pid: string) => {
    try {
      return readFileSync(join('/proc', pid, 'cmdline'), 'latin1')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes(text))
}
