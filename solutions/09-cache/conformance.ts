import type { ConformancePiece } from '#conformance'

/**
 * Those of memccapable's tests that are about what the exercise asks for; of each but the first
 * four there is one with noreply too.
 */
const TESTS = ['version', 'quit', 'get', 'mget', 'set', 'flush', 'add', 'replace', 'delete', 'incr', 'decr']
const OBJECTS = 200

export const pieces: ConformancePiece[] = [
  {
    name: 'memccapable, 18 tests',
    needs: ['memccapable'],
    async run({ host, port, run }) {
      const { stdout } = await run(['memccapable', '-h', host, '-p', `${port}`, '-a', '-t', '1'], {
        mayFail: true,
      })
      const all = [...TESTS, ...TESTS.slice(4).map((name) => `${name} noreply`)]
      const failed = all.filter((name) => !new RegExp(`ascii ${name} +\\[pass\\]`).test(stdout))
      if (failed.length > 0) throw new Error(`memccapable fails "${failed.join('", "')}".`)
    },
  },
  {
    name: 'memccp and memccat, a file there and back',
    needs: ['memccp', 'memccat'],
    async run({ host, port, folder, run }) {
      const servers = `--servers=${host}:${port}`
      const text = 'a line\r\nand another\n'.repeat(1000)
      await run(['sh', '-c', 'cat > "$0"', `${folder}/note.txt`], { input: text })
      await run(['memccp', servers, `${folder}/note.txt`])
      const { stdout } = await run(['memccat', servers, 'note.txt'])
      if (!stdout.startsWith(text)) throw new Error('memccat should print the file as it was.')
    },
  },
  {
    name: `memcslap, ${OBJECTS} objects by 4 clients`,
    needs: ['memcslap'],
    async run({ host, port, run }) {
      const load = ['--concurrency=4', `--execute-number=${OBJECTS}`, '--test=get', '--flush']
      await run(['memcslap', `--servers=${host}:${port}`, ...load])
    },
  },
]
