import { copyFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Runnable } from '../../course/submission.ts'
import type { Launch } from '../../program/launch.ts'
import { CAGE_TMP, type Cage, caged } from '../../sandbox/cage.ts'
import { syscallFilter } from '../../sandbox/syscalls.ts'
import type { Job } from '../job.ts'
import type { CompileError } from '../verdict.ts'
import { compileInCage } from './cage-compile.ts'
import { isCompileError } from './compile.ts'
import { putDown } from './launch.ts'

/** Puts the system call filter where every sandbox of a job finds it. */
function withFilter(cage: Cage, folder: string): Cage {
  const program = syscallFilter()
  if (!program) return cage
  const filter = join(folder, 'syscalls.bpf')
  writeFileSync(filter, program)
  return { ...cage, filter }
}

/**
 * Compiles what was handed in and says how it is started, both in a sandbox that sees only its own
 * folder and what its exercise ships.
 */
export async function toCagedLaunch(
  job: Job,
  program: Extract<Runnable, { kind: 'source' }>,
  open: Cage,
  into: string,
): Promise<Launch | CompileError> {
  const source = join(into, 'source')
  const file = putDown(program, source)
  for (const path of program.shipped) copyFileSync(path, join(source, basename(path)))
  const cage = withFilter(open, dirname(into))
  const compiled = await compileInCage(cage, file, into, join(job.cwd, 'tsconfig.json'), program.shipped)
  if (isCompileError(compiled)) return { ...compiled, file: `${job.exercise}/${compiled.file}` }
  const mounts = [into, ...cage.packages].flatMap((path) => ['--ro-bind', path, path])
  const [command, ...args] = caged(cage, mounts, [process.execPath, '--enable-source-maps', compiled.file])
  return { command, args, cwd: job.cwd, tmp: CAGE_TMP, imports: compiled.imports, caged: true }
}
