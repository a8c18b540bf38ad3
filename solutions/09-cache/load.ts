import type { Load } from '#conformance'

const CLIENTS = 8
const GETS = 8_000

export const loads: Load[] = [
  {
    name: `gets a second, ${CLIENTS} clients of memcslap`,
    needs: ['memcslap'],
    rivals: { memcached: 'memcached.sh' },
    async measure({ host, port, run }) {
      const load = [`--concurrency=${CLIENTS}`, `--execute-number=${GETS}`, '--test=get', '--tcp-nodelay']
      const { stdout } = await run(['memcslap', `--servers=${host}:${port}`, ...load])
      const [, seconds] = /to get .* ([\d.]+) seconds/.exec(stdout) ?? []
      if (seconds === undefined) throw new Error('memcslap should say how many seconds it took.')
      return (CLIENTS * GETS) / Number(seconds)
    },
  },
]
