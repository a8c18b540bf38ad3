import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compileSubmission, isCompileError } from '../compile.ts'
import { chooseExercise } from '../current.ts'
import { renderCompileError } from '../report/source.ts'
import { viewOf } from '../report/view.ts'
import { UsageError } from '../usage.ts'

const PORT = 4000
const HOST = '127.0.0.1'

/** `npm run play 03`: starts the learner's server on a fixed port and shows what it prints, until Ctrl-C. */
export async function play(
  root: string,
  word: string | undefined,
  options: { port?: number },
): Promise<number> {
  const exercise = chooseExercise(root, word)
  const port = options.port ?? PORT
  const file = join(exercise.folder, exercise.file)
  const folder = mkdtempSync(join(root, '.workshop-play-'))
  try {
    const compiled = compileSubmission(file, exercise.shipped, folder)
    if (isCompileError(compiled)) {
      throw new UsageError(
        `${compiled.message}\n${renderCompileError(compiled, relative(root, file), viewOf(process.stderr, process.env))}`,
      )
    }
    const client = exercise.file === 'client.ts'
    console.log(`${relative(root, file)} runs with HOST=${HOST} PORT=${port}. Ctrl-C ends it.`)
    console.log(
      client
        ? `First, in another terminal: nc -l ${HOST} ${port}`
        : `In another terminal: nc ${HOST} ${port}`,
    )
    const env = { ...process.env, HOST, PORT: `${port}` }
    const program = spawn(process.execPath, ['--enable-source-maps', compiled.file], {
      env,
      stdio: 'inherit',
    })
    const end = () => program.kill('SIGTERM')
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
    const how = await new Promise<string>((resolve) => {
      program.on('exit', (code, signal) =>
        resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`),
      )
      program.on('error', (error) => resolve(`could not be started: ${error.message}`))
    })
    console.log(`The ${client ? 'client' : 'server'} ${how}.`)
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
