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

const PYTHON = `
import sys, psycopg2
db = psycopg2.connect(sys.argv[1])
cursor = db.cursor()
cursor.execute('create table t (n int, word text, yes boolean)')
cursor.execute('insert into t values (%s, %s, %s), (%s, %s, %s)', (1, "it's \\u20ac", True, 2, None, False))
db.commit()
try:
    cursor.execute('select nope from t')
except psycopg2.Error as error:
    assert error.pgcode == '42703', error.pgcode
    db.rollback()
cursor.execute('select n, word, yes from t order by n')
assert cursor.fetchall() == [(1, "it's \\u20ac", True), (2, None, False)]
`

export const pieces: ConformancePiece[] = [
  {
    name: 'psql, a session that is typed',
    needs: ['psql'],
    async run({ host, port, run }) {
      const input = `create table t (n int, word text);
insert into t values (1, 'one'), (2, null);
select * from t order by n;
select word from t where m = 1;
begin; delete from t; rollback;
select count(*) from t;
`
      const { stdout, stderr } = await run(['psql', '-XAt', url(host, port)], { input })
      const wanted = 'CREATE TABLE\nINSERT 0 2\n1|one\n2|\nBEGIN\nDELETE 2\nROLLBACK\n2\n'
      if (stdout !== wanted) throw new Error(`psql should print ${wanted}, but it printed ${stdout}.`)
      if (!stderr.includes('LINE 1: select word from t where m = 1;\n                                 ^'))
        throw new Error(`psql should point at the unknown column, but it said ${stderr}.`)
    },
  },
  {
    name: 'psql, Ctrl-C, which is a second connection',
    needs: ['psql', 'timeout'],
    async run({ host, port, run }) {
      const sleep = ['psql', '-XAt', url(host, port), '-c', 'select pg_sleep(60)']
      const { stderr } = await run(['timeout', '--signal=INT', '2', ...sleep], { mayFail: true })
      if (!stderr.includes('ERROR:  canceling statement due to user request'))
        throw new Error(`psql should be told that its statement was cancelled, but it said "${stderr}".`)
    },
  },
  {
    name: 'pgbench -M simple, select-only and tpcb-like, 4 clients',
    needs: ['psql', 'pgbench'],
    async run({ host, port, run }) {
      await run(['psql', '-Xq', url(host, port)], { input: TABLES })
      for (const script of ['select-only', 'tpcb-like']) {
        const load = ['-n', '-M', 'simple', '-b', script, '-c', '4', '-t', '100']
        const { stdout } = await run(['pgbench', ...load, url(host, port)])
        if (!stdout.includes('400/400')) throw new Error(`pgbench should do all transactions: ${stdout}`)
      }
      const sums = ['sum(abalance) from pgbench_accounts', 'sum(delta) from pgbench_history']
      const totals = await Promise.all(
        sums.map((sum) => run(['psql', '-XAt', url(host, port), '-c', `select ${sum}`])),
      )
      if (totals[0]?.stdout !== totals[1]?.stdout)
        throw new Error('The accounts and the history should have the same sum.')
    },
  },
  {
    name: "python3's psycopg2",
    needs: ['/usr/bin/python3'],
    async run({ host, port, run }) {
      await run(['/usr/bin/python3', '-c', PYTHON, url(host, port)])
    },
  },
]

function url(host: string, port: number): string {
  return `postgresql://alice:wonderland@${host}:${port}/shop`
}
