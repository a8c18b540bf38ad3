import type { ConformancePiece } from '#conformance'

/** pgbench's own tables, as many rows as its scale 1 has tellers, and fewer accounts. */
const TABLES = `
create table pgbench_branches (bid int primary key, bbalance int, filler char(88));
create table pgbench_tellers (tid int primary key, bid int, tbalance int, filler char(84));
create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84));
create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
insert into pgbench_branches values (1, 0, null);
insert into pgbench_tellers select i, 1, 0, null from generate_series(1, 10) i;
insert into pgbench_accounts select i, 1, 0, null from generate_series(1, 100000) i;
`

/** How pgbench asks: each query as text, with parameters, or prepared once. */
const MODES = ['simple', 'extended', 'prepared']

export const pieces: ConformancePiece[] = [
  ...MODES.map(
    (mode): ConformancePiece => ({
      name: `pgbench -M ${mode}, select-only and tpcb-like, 4 clients`,
      needs: ['psql', 'pgbench'],
      async run({ host, port, run }) {
        await run(['psql', '-Xq', url(host, port)], { input: TABLES })
        for (const script of ['select-only', 'tpcb-like']) {
          const load = ['-n', '-M', mode, '-b', script, '-c', '4', '-t', '100']
          const { stdout } = await run(['pgbench', ...load, url(host, port)])
          if (!stdout.includes('400/400')) throw new Error(`pgbench should do all transactions: ${stdout}`)
        }
      },
    }),
  ),
  {
    name: 'psql, COPY there and back',
    needs: ['psql'],
    async run({ host, port, run }) {
      const rows = Array.from({ length: 5000 }, (_, i) => `${i + 1}\tword ${i}\n`).join('')
      const input = `create table t (n int, word text);\ncopy t from stdin;\n${rows}\\.\ncopy t to stdout;\n`
      const { stdout } = await run(['psql', '-Xqt', url(host, port)], { input })
      if (stdout !== rows) throw new Error('psql should print the rows that it has copied in.')
    },
  },
  {
    name: 'psql, LISTEN',
    needs: ['psql'],
    async run({ host, port, run }) {
      const input = "listen news;\nnotify news, 'extra';\nselect 1;\n"
      const { stdout } = await run(['psql', '-XAt', url(host, port)], { input })
      if (!stdout.includes('Asynchronous notification "news" with payload "extra" received'))
        throw new Error(`psql should tell of the notification, but it printed ${stdout}.`)
    },
  },
]

function url(host: string, port: number): string {
  return `postgresql://alice:wonderland@${host}:${port}/shop`
}
