import { spawn } from 'node:child_process'

/**
 * Gives the terminal to a program, and resolves with its exit code when it has ended, or undefined
 * if a signal ended it.
 */
export function handOver(command: string, args: readonly string[]): Promise<number | undefined> {
  const child = spawn(command, args, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? undefined))
  })
}
