import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** A type error in the learner's file. */
export interface TypeFault {
  /** From 1. */
  line: number
  message: string
}

interface Kept {
  hash: string
  errors: TypeFault[]
}

/**
 * Type-checks one file with the project's settings, in a separate process. Takes about a second, so
 * it runs after the verdict. The result is kept until the file changes.
 */
export async function typeErrorsOf(
  root: string,
  exercise: string,
  file: string,
  signal?: AbortSignal,
): Promise<TypeFault[]> {
  const hash = createHash('sha256').update(file).update(readFileSync(file)).digest('hex')
  const folder = join(root, '.workshop', 'types')
  const path = join(folder, `${exercise}.json`)
  const kept = readKept(path)
  if (kept?.hash === hash) return kept.errors
  mkdirSync(folder, { recursive: true })
  const config = join(folder, `tsconfig.${exercise}.json`)
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { types: ['node'] },
      include: [],
      files: [file],
    }),
  )
  const output = await tsc(root, config, signal)
  // If the compiler was killed, that does not mean that there are no errors.
  if (output === undefined) return []
  const errors = output.split('\n').flatMap((line) => parse(line))
  writeFileSync(path, JSON.stringify({ hash, errors }))
  return errors
}

function tsc(root: string, config: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const bin = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const child = spawn(process.execPath, [bin, '-p', config, '--noEmit', '--pretty', 'false'], {
    cwd: root,
    ...(signal && { signal }),
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve) => {
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve(code === null ? undefined : output))
  })
}

/** Declared and not used yet: nothing is wrong with that, and the editor greys it out. */
const UNUSED = ['TS6133', 'TS6138', 'TS6192', 'TS6196', 'TS6198']

/**
 * `server.ts(3,7): error TS2322: …`, as tsc prints it; indented continuation lines are left out.
 */
function parse(line: string): TypeFault[] {
  const [, number, code = '', message] = /^\S.*\((\d+),\d+\): error (TS\d+): (.+)$/.exec(line) ?? []
  return number && message && !UNUSED.includes(code) ? [{ line: Number(number), message }] : []
}

function readKept(path: string): Kept | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept
    return Array.isArray(kept.errors) ? kept : undefined
  } catch {
    return undefined
  }
}
