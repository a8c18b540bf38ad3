import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { lackOfSandbox } from '../sandbox/sandbox.ts'
import { makeCourseToGrade, ONE_LINE, WATCHED } from '../testing/cohort/course.ts'
import { FOLDERS } from '../testing/cohort/misshapen-folders.ts'
import { REPOSITORIES } from '../testing/cohort/misshapen-repositories.ts'
import { ZIPS } from '../testing/cohort/misshapen-zips.ts'
import { MAIN } from '../testing/course.ts'
import { printable } from './progress.ts'
import { readLedger, recordsOf } from './store/ledger.ts'
import type { GradeRecord } from './store/record.ts'
import { Store } from './store/store.ts'

const here = import.meta.dirname
const root = join(here, '..', '..')
const MAX_MS = 20 * 60_000
/** Right servers, each a little different, that must pass beside all of these. */
const NEIGHBOURS = 6
/** What a program's header says it is for. */
const EXERCISES: Record<string, string> = {
  '01': ONE_LINE,
  '03': '03-echo',
  '05': '05-syscalls',
  '06': '06-lines',
}

/** A type that costs the compiler twice as much with each conditional type around it. */
const slowType = (depth: number): string =>
  depth === 0 ? '0' : `(infer A extends ${slowType(depth - 1)} ? 1 : 2)`
/** Never quite at rest, and answers nothing: a test waits for it until its time is over. */
const RESTLESS = `import { createServer } from 'node:net'
createServer((socket) => socket.on('error', () => {}).resume()).listen(Number(process.env.PORT), process.env.HOST)
setInterval(() => { for (const start = performance.now(); performance.now() - start < 6; ); }, 100)\n`
/** Programs, by name, whose harm lies in a large amount of one thing. */
const MADE: Record<string, { exercise: string; text: string; reason: string }> = {
  'imports-many-slashes': {
    exercise: '03-echo',
    text: `import './${'/'.repeat(200_000)}'\n`,
    reason: 'does not compile',
  },
  'is-slow-to-compile': {
    exercise: ONE_LINE,
    text: `type Slow = 0 extends ${slowType(17)} ? 1 : 2\n${RESTLESS}`,
    reason: 'sent nothing',
  },
}

/** What one learner of the hostile cohort hands in, and what must happen to it. */
interface Case {
  id: string
  /** The id on one line. */
  title: string
  exercise: string
  verdict: string
  reason?: string
}

const lack = lackOfSandbox()
const inSandbox = lack === undefined ? describe : describe.skip
const title = 'a cohort of hostile submissions'

inSandbox(lack === undefined ? title : `${title} (skipped: ${lack})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  const out = join(folder, 'out')
  const cohort = join(folder, 'cohort')
  const cases = [...programs(), ...made(), ...shapes(), ...neighbours()]
  const outside = net.createServer((socket) => socket.destroy())
  let visitors = 0
  let printed = ''
  let records: GradeRecord[] = []

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'checker', 'start.js'), '--help'])
    makeCourseToGrade(join(folder, 'course'), WATCHED)
    handIn(cohort)
    outside.on('connection', () => {
      visitors += 1
    })
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
    printed = await grade(join(folder, 'course'), cohort, out)
    records = recordsOf(readLedger(out), new Store(out))
  }, MAX_MS)

  afterAll(() => {
    outside.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(cases)('$title is $verdict', ({ id, exercise, verdict, reason }) => {
    const record = records.find((each) => each.learner === id && each.exercise === exercise)
    expect(record?.verdict).toBe(verdict)
    expect(record?.reason ?? '').toContain(reason ?? '')
    expect(record?.score === 1).toBe(verdict === 'pass')
    expect(record?.sandboxed).toBe(true)
  })

  test('nobody is called, and nothing is left', () => {
    expect(visitors).toBe(0)
    expect(processesNaming(folder)).toEqual([])
    expect(readdirSync(cohort).filter((name) => name.endsWith('.was-run'))).toEqual([])
    expect(
      ['been-here', 'right.cjs', 'climbed-out.ts', 'locked', '.env'].filter((name) =>
        existsSync(join('/tmp', name)),
      ),
    ).toEqual([])
    expect(readdirSync(join(folder, 'course')).sort()).toEqual([
      'checker',
      'exercises',
      'node_modules',
      'package.json',
      'solutions',
      'tsconfig.json',
    ])
    expect(readdirSync(out).sort()).toEqual(
      expect.arrayContaining(['files', 'ledger.json', 'records', 'results.json']),
    )
  })

  test('nothing that was handed in commands the terminal', () => {
    expect(printed).not.toMatch(/[^\P{C}\n]/u)
  })

  function handIn(cohort: string): void {
    const right = readFileSync(join(root, 'solutions', '03-echo', 'server.ts'), 'utf8')
    const rows = ['id,url']
    const put = (id: string, exercise: string, text: string) => {
      mkdirSync(join(cohort, id, exercise), { recursive: true })
      writeFileSync(join(cohort, id, exercise, 'server.ts'), text)
    }
    for (const { id, exercise } of programs())
      put(id, exercise, readFileSync(join(here, 'hostile', `${id}.ts`), 'utf8'))
    for (const { id, exercise } of made()) put(id, exercise, MADE[id]?.text ?? '')
    for (const { id, exercise } of neighbours()) put(id, exercise, `// ${id}\n${right}`)
    for (const [name, { make }] of Object.entries({ ...FOLDERS, ...ZIPS })) make(join(cohort, name), right)
    const urls = Object.entries(REPOSITORIES).map(([id, { make }]) => [
      id,
      make(join(folder, 'repositories', id), right),
    ])
    const ids = cases
      .map(({ id }) => id)
      .filter((id) => !(id in REPOSITORIES))
      .map((id) => [id, ''])
    const quoted = [...ids, ...urls].map((row) =>
      row.map((text) => `"${text?.replaceAll('"', '""')}"`).join(','),
    )
    writeFileSync(join(folder, 'roster.csv'), [...rows, ...quoted].join('\n'))
  }
})

function programs(): Case[] {
  return readdirSync(join(here, 'hostile')).map((name) => {
    const text = readFileSync(join(here, 'hostile', name), 'utf8')
    const verdict = /^\/\/ expect: (\w+)$/m.exec(text)?.[1] ?? ''
    const number = /^\/\/ exercise: (\d\d)$/m.exec(text)?.[1] ?? ''
    const reason = /^\/\/ says: (.+)$/m.exec(text)?.[1]
    return {
      ...toCase(name.replace('.ts', ''), verdict, EXERCISES[number]),
      ...(reason !== undefined && { reason }),
    }
  })
}

function made(): Case[] {
  return Object.entries(MADE).map(([id, { exercise, reason }]) => ({
    ...toCase(id, 'fail', exercise),
    reason,
  }))
}

function shapes(): Case[] {
  const all = [...Object.entries({ ...FOLDERS, ...ZIPS }), ...Object.entries(REPOSITORIES)]
  return all.map(([name, { verdict, reason }]) => ({
    ...toCase(name.replace(/\.zip$/, ''), verdict),
    ...(reason !== undefined && { reason }),
  }))
}

function neighbours(): Case[] {
  return Array.from({ length: NEIGHBOURS }, (_, i) => toCase(`neighbour-${i}`, 'pass'))
}

function toCase(id: string, verdict: string, exercise = '03-echo'): Case {
  return { id, title: printable(id), exercise, verdict }
}

/** Runs the command as a facilitator would, and returns everything it printed. */
function grade(course: string, cohort: string, out: string): Promise<string> {
  const roster = join(cohort, '..', 'roster.csv')
  const child = spawn(process.execPath, [
    join(course, MAIN),
    'grade',
    cohort,
    '--roster',
    roster,
    '--out',
    out,
    // Most of them wait rather than compute.
    '--jobs',
    `${availableParallelism() + 1}`,
  ])
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  return new Promise((resolve) => child.on('close', () => resolve(printed)))
}

function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)
    .flatMap((pid) => {
      try {
        const command = readFileSync(join('/proc', pid, 'cmdline'), 'latin1').replaceAll('\0', ' ')
        return command.includes(text) ? [command] : []
      } catch {
        return []
      }
    })
}
