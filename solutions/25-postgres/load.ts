import type { Load } from '#conformance'

const ROWS = 100_000

export const loads: Load[] = [
  {
    name: 'transactions a second, pgbench --select-only, 4 connections',
    needs: ['psql', 'pgbench'],
    rivals: { PostgreSQL: 'postgres.sh' },
    async measure({ host, port, run }) {
      const url = `postgresql://alice:wonderland@${host}:${port}/shop`
      const input = `create table pgbench_branches (bid int primary key, bbalance int);
create table pgbench_accounts (aid int primary key, bid int, abalance int);
insert into pgbench_branches values (1, 0);
insert into pgbench_accounts select i, 1, 0 from generate_series(1, ${ROWS}) i;
`
      await run(['psql', '-Xq', url], { input })
      const { stdout } = await run(['pgbench', '-n', '-S', '-c', '4', '-T', '2', url])
      const [, tps] = /tps = ([\d.]+)/.exec(stdout) ?? []
      if (tps === undefined) throw new Error('pgbench should say how many transactions it did a second.')
      return Number(tps)
    },
  },
]
