import type { Load } from '#conformance'
import { prepare } from './conformance.ts'

export { prepare }

const RIVALS = { 'node:http': 'node-http.ts', nginx: 'nginx.sh' }

export const loads: Load[] = [load('6 bytes', '/hello.txt'), load('1 MiB', '/big.bin')]

/** Requests, each on a connection of its own. */
function load(size: string, path: string): Load {
  return {
    name: `answers of ${size} a second, a connection each, 8 at a time (wrk)`,
    needs: ['wrk'],
    rivals: RIVALS,
    async measure({ host, port, run }) {
      const { stdout } = await run(['wrk', '-t1', '-c8', '-d2s', `http://${host}:${port}${path}`])
      const [, rate] = /Requests\/sec: +([\d.]+)/.exec(stdout) ?? []
      if (rate === undefined || /Non-2xx/.test(stdout))
        throw new Error(`wrk should have good answers, but said:\n${stdout}`)
      return Number(rate)
    },
  }
}
