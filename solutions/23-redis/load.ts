import type { Load } from '#conformance'

const COMMANDS = 400_000

export const loads: Load[] = ['SET', 'GET'].map((name) => ({
  name: `${name}s a second, 50 clients of redis-benchmark, 16 at a time`,
  needs: ['redis-benchmark'],
  rivals: { 'redis-server': 'redis-server.sh' },
  async measure({ host, port, run }) {
    const load = ['-P', '16', '-n', `${COMMANDS}`, '-t', name.toLowerCase(), '--csv']
    const { stdout } = await run(['redis-benchmark', '-h', host, '-p', `${port}`, ...load])
    const [, rate] = new RegExp(`"${name}","([\\d.]+)"`).exec(stdout) ?? []
    if (rate === undefined) throw new Error('redis-benchmark should say how many a second it did.')
    return Number(rate)
  },
}))
