// A small SQL engine: tables in memory, and as much SQL as the exercise needs. It knows nothing of
// sockets or messages. The parser is PostgreSQL's own, compiled to WebAssembly, so it accepts what
// PostgreSQL accepts, and reports syntax errors in PostgreSQL's words.
//
// It is simpler than a real database: a statement sees what others have not committed yet, a SELECT
// reads one table, and there is no GROUP BY. README.md says what you need to know about it.

import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import type { Node, RawStmt, SelectStmt } from '@pgsql/types'
import { SqlError } from './sql-error.ts'
import {
  type Aggregate,
  assign,
  type Call,
  compare,
  compile,
  type Expression,
  INT4,
  nameFor,
  nameOf,
  type Row,
  read,
  type Scope,
  TEXT,
  type Type,
  textOf,
  typeNamed,
  typeOfOid,
  type Value,
} from './sql-expressions.ts'

export { SqlError } from './sql-error.ts'

// Compile the parser once, quickly: to compile it again for speed takes longer than all that it
// parses here.
setFlagsFromString('--liftoff-only')
// By require: for an import, Node would first read the whole package to find its exports.
const parser = createRequire(import.meta.url)('libpg-query') as typeof import('libpg-query')
await parser.loadModule()

/** One statement of a query. */
export interface Statement {
  /** The whole query that it is part of: positions count from the start of that. */
  readonly text: string
  readonly node: Node
}

/**
 * A column of a result. `type` is the object ID of its type, `size` the number of bytes of a value
 * in binary (-1 if that varies).
 */
export interface Column {
  name: string
  type: number
  size: number
}

/** What a statement returned. */
export interface Result {
  /** The columns of the rows. Undefined for a statement that never returns rows, such as INSERT. */
  columns?: Column[]
  /** Every value as text; null is NULL. */
  rows: (string | null)[][]
  /** For CommandComplete: `SELECT 2`, `INSERT 0 1`, `BEGIN`. */
  tag: string
  /** Set by COPY: `out` has rows to send; `in` wants rows, which you pass to `copyIn`. */
  copy?: 'in' | 'out'
}

/**
 * What a statement is run with: the values of $1, $2 and so on as text, the object IDs of their
 * types (as `describe` returned them), and a signal that cancels it.
 */
export interface Execution {
  parameters?: readonly (string | null)[]
  types?: readonly number[]
  signal?: AbortSignal
}

/** What a statement takes and returns. */
export interface Description {
  /** Object IDs of the types of $1, $2 and so on. */
  parameters: number[]
  columns?: Column[]
}

export interface Notification {
  channel: string
  payload: string
  /** The `pid` that the sender's session was connected with. */
  pid: number
}

/** I: no transaction is open. T: one is. E: one is, and has failed. */
export type Status = 'I' | 'T' | 'E'

interface TableColumn {
  name: string
  type: Type
  required: boolean
  initial?: Expression
}

interface Table {
  name: string
  columns: TableColumn[]
  rows: Map<number, Value[]>
  nextId: number
  /** The places of the primary key's columns in a row, and the row for each key. */
  key: number[]
  byKey: Map<string, number>
}

/** A statement that is ready to run: the columns that it returns, and how to run it. */
interface Plan {
  columns?: (Column & { of: Type })[]
  run: (row: Row) => { rows?: Value[][]; tag: string; copy?: 'in' | 'out' }
}

/** The tables, and the sessions of all clients. */
export class Database {
  readonly tables = new Map<string, Table>()
  readonly sessions = new Set<Session>()

  /** A session for one client: its transaction, and the channels that it listens to. */
  connect({ user = 'nobody', pid = 0 } = {}): Session {
    const session = new Session(this, user, pid)
    this.sessions.add(session)
    return session
  }
}

/** Runs the statements of one client, one after the other. */
export class Session {
  /** Called when there are notifications, and the client has no open transaction. */
  onNotify: (() => void) | undefined
  readonly #database: Database
  readonly #user: string
  readonly #pid: number
  readonly #channels = new Set<string>()
  #inbox: Notification[] = []
  #outbox: Notification[] = []
  /** Undoes what the transaction has done, when called from the last to the first. */
  #undo: (() => void)[] = []
  /** Whether BEGIN has opened a transaction. Without BEGIN, everything up to `settle` is one. */
  #open = false
  #failed = false

  constructor(database: Database, user: string, pid: number) {
    this.#database = database
    this.#user = user
    this.#pid = pid
  }

  /** The statements of a query; none if it is empty. Throws a SqlError. */
  parse(text: string): Statement[] {
    if (text.trim() === '') return []
    try {
      const { stmts } = parser.parseSync(text) as { stmts: RawStmt[] }
      return stmts.flatMap(({ stmt }) => (stmt ? [{ text, node: stmt }] : []))
    } catch (error) {
      this.fail()
      const { message, sqlDetails } = error as InstanceType<typeof parser.SqlError>
      const wrong = new SqlError('42601', message)
      // The parser counts characters here, from 0.
      if (sqlDetails) wrong.position = (sqlDetails.cursorPosition ?? -1) + 1
      throw wrong
    }
  }

  /**
   * What a statement takes and returns, without running it. `types` are object IDs for its
   * parameters; 0 leaves a type to the engine. Throws a SqlError.
   */
  describe(statement: Statement, types: readonly number[] = []): Description {
    return this.#attempt(statement, () => {
      const parameters = types.map(typeOfOid)
      const plan = this.#plan(statement, parameters)
      const columns = plan.columns?.map(({ name, type, size }) => ({ name, type, size }))
      return { parameters: [...parameters].map((type) => (type ?? TEXT).oid), ...(columns && { columns }) }
    })
  }

  /** Runs a statement. Throws a SqlError, which fails the transaction. `signal` ends a sleep. */
  async execute(
    statement: Statement,
    { parameters = [], types = [], signal }: Execution = {},
  ): Promise<Result> {
    const call: Call = {
      now: new Date().toISOString().replace('T', ' ').replace('Z', '+00'),
      user: this.#user,
      sleepMs: 0,
      notify: (channel, payload) => this.#outbox.push({ channel, payload, pid: this.#pid }),
    }
    const result = this.#attempt(statement, () => {
      const known = types.map(typeOfOid)
      const { columns, run } = this.#plan(statement, known)
      const values = parameters.map((text, i) => (text === null ? null : read(text, known[i] ?? TEXT)))
      const { rows = [], tag, copy } = run({ cells: [], parameters: values, sums: [], call })
      return {
        ...(columns && { columns: columns.map(({ name, type, size }) => ({ name, type, size })) }),
        rows: columns ? rows.map((row) => row.map((value, i) => textOf(value, columns[i]?.of ?? TEXT))) : [],
        tag,
        ...(copy && { copy }),
      }
    })
    if (call.sleepMs > 0) await this.#sleep(call.sleepMs, signal)
    return result
  }

  /** Stores the rows of a COPY … FROM STDIN. Throws a SqlError. */
  copyIn(statement: Statement, rows: readonly (string | null)[][]): Result {
    return this.#attempt(statement, () => {
      const { table, columns } = this.#copied(statement)
      for (const row of rows) {
        if (row.length < columns.length)
          throw new SqlError('22P04', `missing data for column "${columns[row.length]?.name}"`)
        if (row.length > columns.length) throw new SqlError('22P04', 'extra data after last expected column')
        const values = new Map(
          columns.map((column, i) => [column, row[i] == null ? null : read(row[i], column.type)]),
        )
        this.#insert(
          table,
          table.columns.map((column) => values.get(column) ?? null),
        )
      }
      return { rows: [], tag: `COPY ${rows.length}` }
    })
  }

  /** Makes the transaction fail, for an error that the caller has found. */
  fail(): void {
    this.#rollBack()
    this.#failed = this.#open
  }

  /**
   * Call this before every ReadyForQuery: it commits what was done outside BEGIN and COMMIT, and
   * returns the status to send.
   */
  settle(): Status {
    if (this.#open) return this.#failed ? 'E' : 'T'
    this.#commit()
    return 'I'
  }

  /** The notifications that may be sent now: none while a transaction is open. */
  takeNotifications(): Notification[] {
    return this.#open ? [] : this.#inbox.splice(0)
  }

  /** Call this when the client has left: it rolls back what was not committed. */
  close(): void {
    this.#rollBack()
    this.#database.sessions.delete(this)
  }

  /** Runs `work`. An error gets its position in the text, and makes the transaction fail. */
  #attempt<T>({ text, node }: Statement, work: () => T): T {
    try {
      if (this.#failed && !endsTransaction(node))
        throw new SqlError(
          '25P02',
          'current transaction is aborted, commands ignored until end of transaction block',
        )
      return work()
    } catch (error) {
      this.fail()
      throw error instanceof SqlError ? error.within(text) : error
    }
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await delay(ms, undefined, { signal })
    } catch {
      this.fail()
      throw new SqlError('57014', 'canceling statement due to user request')
    }
  }

  #commit(): void {
    this.#undo = []
    this.#open = false
    this.#failed = false
    const sent = this.#outbox
    this.#outbox = []
    for (const session of sent.length > 0 ? this.#database.sessions : []) session.#receive(sent)
  }

  #rollBack(): void {
    for (const undo of this.#undo.reverse()) undo()
    this.#undo = []
    this.#outbox = []
  }

  #receive(sent: readonly Notification[]): void {
    const heard = sent.filter(({ channel }) => this.#channels.has(channel))
    this.#inbox.push(...heard)
    if (heard.length > 0 && !this.#open) this.onNotify?.()
  }

  /** Works out what a statement means, and fills in the types of its parameters. */
  #plan({ node, text }: Statement, parameters: (Type | undefined)[]): Plan {
    const scope: Scope = { columns: [], parameters }
    if ('SelectStmt' in node) return this.#select(node.SelectStmt, scope)
    if ('InsertStmt' in node) return this.#insertion(node.InsertStmt, scope)
    if ('UpdateStmt' in node) return this.#update(node.UpdateStmt, scope)
    if ('DeleteStmt' in node) return this.#deletion(node.DeleteStmt, scope)
    if ('CreateStmt' in node) return { run: () => this.#create(node.CreateStmt) }
    if ('DropStmt' in node) return { run: () => this.#drop(node.DropStmt) }
    if ('TruncateStmt' in node)
      return {
        run: () => {
          for (const each of node.TruncateStmt.relations ?? []) {
            const table = this.#table(each)
            for (const id of table.rows.keys()) this.#remove(table, id)
          }
          return { tag: 'TRUNCATE TABLE' }
        },
      }
    if ('TransactionStmt' in node) return { run: () => this.#transaction(node.TransactionStmt.kind ?? '') }
    if ('CopyStmt' in node) return this.#copy({ node, text }, scope)
    if ('VariableSetStmt' in node) return { run: () => ({ tag: 'SET' }) }
    if ('VariableShowStmt' in node) return show(node.VariableShowStmt.name ?? '')
    if ('ListenStmt' in node)
      return {
        run: () => {
          this.#channels.add(node.ListenStmt.conditionname ?? '')
          return { tag: 'LISTEN' }
        },
      }
    if ('UnlistenStmt' in node)
      return {
        run: () => {
          const { conditionname } = node.UnlistenStmt
          if (conditionname === undefined) this.#channels.clear()
          else this.#channels.delete(conditionname)
          return { tag: 'UNLISTEN' }
        },
      }
    if ('NotifyStmt' in node)
      return {
        run: ({ call }) => {
          call.notify(node.NotifyStmt.conditionname ?? '', node.NotifyStmt.payload ?? '')
          return { tag: 'NOTIFY' }
        },
      }
    throw new SqlError('0A000', `${Object.keys(node)[0]} is not supported by this small engine`)
  }

  #transaction(kind: string): { tag: string } {
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') {
      this.#open = true
      return { tag: kind === 'TRANS_STMT_BEGIN' ? 'BEGIN' : 'START TRANSACTION' }
    }
    if (kind !== 'TRANS_STMT_COMMIT' && kind !== 'TRANS_STMT_ROLLBACK')
      throw new SqlError('0A000', 'savepoints are not supported by this small engine')
    const tag = kind === 'TRANS_STMT_COMMIT' && !this.#failed ? 'COMMIT' : 'ROLLBACK'
    if (tag === 'ROLLBACK') this.#rollBack()
    this.#commit()
    return { tag }
  }

  #select(select: SelectStmt, scope: Scope): Plan {
    if (select.op !== undefined && select.op !== 'SETOP_NONE') throw unsupported('UNION')
    if (select.groupClause && !readsTypes(select.fromClause)) throw unsupported('GROUP BY')
    const source = this.#source(select.fromClause, scope)
    const inner: Scope = { ...scope, columns: source.columns }
    const find = source.table
      ? finder(source.table, select.whereClause, inner)
      : finderOf(source.rows, source.empty ? undefined : select.whereClause, inner)
    const aggregates: Aggregate[] = []
    const targets = source.empty
      ? (select.targetList ?? []).map((node) => emptyTarget(node))
      : targetsOf(select.targetList, { ...inner, aggregates })
    const orders = source.empty ? [] : (select.sortClause ?? []).map((node) => orderOf(node, targets, inner))
    const limit = select.limitCount && compile(select.limitCount, scope).as(INT4)
    const offset = select.limitOffset && compile(select.limitOffset, scope).as(INT4)
    return {
      columns: columnsOf(targets),
      run: (row) => {
        let rows: Row[] = find(row).map(([, cells]) => ({ ...row, cells }))
        if (aggregates.length > 0) rows = [{ ...row, sums: sumUp(aggregates, rows) }]
        if (orders.length > 0) rows.sort((a, b) => inOrder(a, b, orders))
        const from = Number(offset?.valueOf(row) ?? 0)
        const count = limit?.valueOf(row) ?? rows.length
        const values = rows
          .slice(from, from + Number(count))
          .map((each) => targets.map(({ value }) => value.valueOf(each)))
        return { rows: values, tag: `SELECT ${values.length}` }
      },
    }
  }

  /**
   * What a SELECT reads: a table, the numbers of generate_series, or, without FROM, one empty row.
   */
  #source(
    from: readonly Node[] | undefined,
    scope: Scope,
  ): { columns: Scope['columns']; rows: (row: Row) => Value[][]; table?: Table; empty?: boolean } {
    const [first, ...others] = from ?? []
    if (!first) return { columns: [], rows: () => [[]] }
    // Drivers ask which types are arrays. Here none are.
    if (readsTypes(from)) return { columns: [], rows: () => [], empty: true }
    if (others.length > 0 || 'JoinExpr' in first) throw unsupported('a join')
    if ('RangeFunction' in first) {
      const call = findCall(first)
      if (nameOf(call?.funcname) !== 'generate_series') throw unsupported('this function in FROM')
      const [low, high] = (call?.args ?? []).map((arg) => compile(arg, scope).as(INT4))
      const name = first.RangeFunction.alias?.aliasname ?? 'generate_series'
      return {
        columns: [{ name, table: name, type: INT4 }],
        rows: (row) => {
          const start = Number(low?.valueOf(row) ?? 0)
          const length = Math.max(0, Number(high?.valueOf(row) ?? 0) - start + 1)
          return Array.from({ length }, (_, i) => [BigInt(start + i)])
        },
      }
    }
    const table = this.#table(first)
    const alias = 'RangeVar' in first ? first.RangeVar.alias?.aliasname : undefined
    const columns = table.columns.map(({ name, type }) => ({ name, type, table: alias ?? table.name }))
    return { columns, table, rows: () => [...table.rows.values()] }
  }

  #insertion(
    { relation, cols, selectStmt, returningClause }: Extract<Node, { InsertStmt: unknown }>['InsertStmt'],
    scope: Scope,
  ): Plan {
    const table = this.#table({ RangeVar: relation ?? {} })
    const columns = cols ? cols.map((node) => columnFor(node, table)) : table.columns
    const select = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : {}
    const source = select.valuesLists
      ? this.#values(select.valuesLists, columns, scope)
      : this.#selected(select, columns, scope)
    const returned = targetsOf(returningClause?.exprs, { ...scope, columns: scopeOf(table) })
    return {
      ...(returningClause && { columns: columnsOf(returned) }),
      run: (row) => {
        const stored = source(row).map((given) => {
          const values = table.columns.map((column) => {
            const at = columns.indexOf(column)
            const value = at < 0 ? undefined : given[at]
            return value === undefined ? (column.initial?.valueOf(row) ?? null) : value
          })
          return this.#insert(table, values)
        })
        return { rows: project(stored, returned, row), tag: `INSERT 0 ${stored.length}` }
      },
    }
  }

  /** The rows of VALUES, with a value for each column; undefined asks for the column's DEFAULT. */
  #values(lists: readonly Node[], columns: readonly TableColumn[], scope: Scope) {
    const rows = lists.map((list) => {
      const items = 'List' in list ? (list.List.items ?? []) : []
      if (items.length > columns.length)
        throw new SqlError(
          '42601',
          'INSERT has more expressions than target columns',
          compile(items[columns.length], scope).position,
        )
      return items.map((item, i) => {
        const column = columns[i]
        return 'SetToDefault' in item || !column ? undefined : assign(compile(item, scope), column)
      })
    })
    return (row: Row) => rows.map((items) => items.map((item) => item?.valueOf(row)))
  }

  #selected(select: SelectStmt, columns: readonly TableColumn[], scope: Scope) {
    const plan = this.#select(select, scope)
    const targets = (plan.columns ?? []).map(({ of }, i) => {
      const column = columns[i] ?? { name: '', type: of }
      const cell = { name: column.name, table: '', type: of }
      const bare: Scope = { columns: [{ ...cell, name: 'value' }], parameters: [] }
      return assign(compile({ ColumnRef: { fields: [{ String: { sval: 'value' } }] } }, bare), column)
    })
    return (row: Row) =>
      (plan.run(row).rows ?? []).map((cells) =>
        cells.map((cell, i) => targets[i]?.valueOf({ ...row, cells: [cell] })),
      )
  }

  #update(
    {
      relation,
      targetList,
      whereClause,
      returningClause,
    }: Extract<Node, { UpdateStmt: unknown }>['UpdateStmt'],
    scope: Scope,
  ): Plan {
    const table = this.#table({ RangeVar: relation ?? {} })
    const inner: Scope = { ...scope, columns: scopeOf(table) }
    const changes = (targetList ?? []).map((node) => {
      const column = columnFor(node, table)
      const value = assign(compile('ResTarget' in node ? node.ResTarget.val : undefined, inner), column)
      return { at: table.columns.indexOf(column), value }
    })
    const find = finder(table, whereClause, inner)
    const returned = targetsOf(returningClause?.exprs, inner)
    return {
      ...(returningClause && { columns: columnsOf(returned) }),
      run: (row) => {
        const changed = find(row).map(([id, cells]) => {
          const values = [...cells]
          for (const { at, value } of changes) values[at] = value.valueOf({ ...row, cells })
          this.#remove(table, id)
          return this.#insert(table, values, id)
        })
        return { rows: project(changed, returned, row), tag: `UPDATE ${changed.length}` }
      },
    }
  }

  #deletion(
    { relation, whereClause, returningClause }: Extract<Node, { DeleteStmt: unknown }>['DeleteStmt'],
    scope: Scope,
  ): Plan {
    const table = this.#table({ RangeVar: relation ?? {} })
    const inner: Scope = { ...scope, columns: scopeOf(table) }
    const find = finder(table, whereClause, inner)
    const returned = targetsOf(returningClause?.exprs, inner)
    return {
      ...(returningClause && { columns: columnsOf(returned) }),
      run: (row) => {
        const gone = find(row)
        for (const [id] of gone) this.#remove(table, id)
        return {
          rows: project(
            gone.map(([, cells]) => cells),
            returned,
            row,
          ),
          tag: `DELETE ${gone.length}`,
        }
      },
    }
  }

  #create({ relation, tableElts, if_not_exists }: Extract<Node, { CreateStmt: unknown }>['CreateStmt']) {
    const name = relation?.relname ?? ''
    const tag = 'CREATE TABLE'
    if (this.#database.tables.has(name)) {
      if (if_not_exists) return { tag }
      throw new SqlError('42P07', `relation "${name}" already exists`)
    }
    const key: number[] = []
    const columns: TableColumn[] = []
    for (const element of tableElts ?? []) {
      if ('Constraint' in element) {
        const names = (element.Constraint.keys ?? []).map((node) => nameOf([node]))
        if (element.Constraint.contype !== 'CONSTR_PRIMARY') throw unsupported('this constraint')
        key.push(...names.map((each) => columns.findIndex((column) => column.name === each)))
      }
      if (!('ColumnDef' in element)) continue
      const { colname = '', typeName, constraints = [] } = element.ColumnDef
      const column: TableColumn = {
        name: colname,
        type: typeNamed(typeName?.names, typeName?.location ?? -1),
        required: false,
      }
      for (const each of constraints) {
        const { contype, raw_expr } = 'Constraint' in each ? each.Constraint : {}
        if (contype === 'CONSTR_NOTNULL') column.required = true
        if (contype === 'CONSTR_PRIMARY') key.push(columns.length)
        if (contype === 'CONSTR_DEFAULT')
          column.initial = assign(compile(raw_expr, { columns: [], parameters: [] }), column)
      }
      columns.push(column)
    }
    for (const at of key) if (columns[at]) columns[at].required = true
    this.#database.tables.set(name, { name, columns, rows: new Map(), nextId: 1, key, byKey: new Map() })
    this.#undo.push(() => this.#database.tables.delete(name))
    return { tag }
  }

  #drop({ objects, missing_ok }: Extract<Node, { DropStmt: unknown }>['DropStmt']) {
    const { tables } = this.#database
    for (const object of objects ?? []) {
      const name = nameOf('List' in object ? object.List.items : [])
      const table = tables.get(name)
      if (!table && !missing_ok) throw new SqlError('42P01', `table "${name}" does not exist`)
      if (!table) continue
      tables.delete(name)
      this.#undo.push(() => tables.set(name, table))
    }
    return { tag: 'DROP TABLE' }
  }

  #copy(statement: Statement, scope: Scope): Plan {
    const { query, is_from } = 'CopyStmt' in statement.node ? statement.node.CopyStmt : {}
    if (query && 'SelectStmt' in query) return outOf(this.#select(query.SelectStmt, scope))
    const { table, columns } = this.#copied(statement)
    const shown = columns.map(({ name, type }) => ({ name, type: type.oid, size: type.size, of: type }))
    if (is_from) return { columns: shown, run: () => ({ tag: 'COPY 0', copy: 'in' }) }
    const places = columns.map((column) => table.columns.indexOf(column))
    return outOf({
      columns: shown,
      run: () => ({
        rows: [...table.rows.values()].map((row) => places.map((at) => row[at] ?? null)),
        tag: '',
      }),
    })
  }

  #copied({ node }: Statement): { table: Table; columns: TableColumn[] } {
    const { relation, attlist } = 'CopyStmt' in node ? node.CopyStmt : {}
    const table = this.#table({ RangeVar: relation ?? {} })
    return {
      table,
      columns: attlist ? attlist.map((name) => columnNamed(nameOf([name]), table)) : table.columns,
    }
  }

  #table(node: Node): Table {
    const { relname = '', schemaname, location } = 'RangeVar' in node ? node.RangeVar : {}
    const table =
      schemaname === undefined || schemaname === 'public' ? this.#database.tables.get(relname) : undefined
    if (table) return table
    const name = schemaname === undefined ? relname : `${schemaname}.${relname}`
    throw new SqlError('42P01', `relation "${name}" does not exist`, location)
  }

  #insert(table: Table, row: Value[], id = table.nextId++): Value[] {
    const lacking = table.columns.find(({ required }, i) => required && row[i] === null)
    if (lacking)
      throw new SqlError(
        '23502',
        `null value in column "${lacking.name}" of relation "${table.name}" violates not-null constraint`,
      )
    const key = keyOf(table, row)
    if (key !== undefined && table.byKey.has(key))
      throw new SqlError('23505', `duplicate key value violates unique constraint "${table.name}_pkey"`)
    if (key !== undefined) table.byKey.set(key, id)
    table.rows.set(id, row)
    this.#undo.push(() => forget(table, id))
    return row
  }

  #remove(table: Table, id: number): void {
    const row = forget(table, id)
    this.#undo.push(() => {
      const key = keyOf(table, row)
      if (key !== undefined) table.byKey.set(key, id)
      table.rows.set(id, row)
    })
  }
}

interface Target {
  name: string
  value: Expression
}

/** The columns of a SELECT or RETURNING; * means all columns of the table. */
function targetsOf(nodes: readonly Node[] | undefined, scope: Scope): Target[] {
  return (nodes ?? []).flatMap((node) => {
    const { name, val } = 'ResTarget' in node ? node.ResTarget : {}
    const star = val && 'ColumnRef' in val && val.ColumnRef.fields?.some((field) => 'A_Star' in field)
    if (star)
      return scope.columns.map((column) => ({
        name: column.name,
        value: compile({ ColumnRef: { fields: [{ String: { sval: column.name } }] } }, scope),
      }))
    const value = compile(val, scope)
    return [{ name: name ?? nameFor(val), value: value.type ? value : value.as(TEXT) }]
  })
}

function emptyTarget(node: Node): Target {
  const { name, val } = 'ResTarget' in node ? node.ResTarget : {}
  const nothing = compile({ A_Const: { isnull: true } }, { columns: [], parameters: [] })
  return { name: name ?? nameFor(val), value: nothing.as(TEXT) }
}

function columnsOf(targets: readonly Target[]): (Column & { of: Type })[] {
  return targets.map(({ name, value: { type = TEXT } }) => ({
    name,
    type: type.oid,
    size: type.size,
    of: type,
  }))
}

/** ORDER BY 1 is the first column, ORDER BY name the column of that name. */
function orderOf(node: Node, targets: readonly Target[], scope: Scope): { value: Expression; sign: number } {
  const { node: by, sortby_dir } = 'SortBy' in node ? node.SortBy : {}
  const sign = sortby_dir === 'SORTBY_DESC' ? -1 : 1
  const place = by && 'A_Const' in by ? by.A_Const.ival?.ival : undefined
  const name = by && 'ColumnRef' in by && by.ColumnRef.fields?.length === 1 ? nameFor(by) : undefined
  const target = place === undefined ? targets.find((each) => each.name === name) : targets[place - 1]
  return { value: target?.value ?? compile(by, scope), sign }
}

function inOrder(a: Row, b: Row, orders: readonly { value: Expression; sign: number }[]): number {
  for (const { value, sign } of orders) {
    const order = compare(value.valueOf(a), value.valueOf(b)) * sign
    if (order !== 0) return order
  }
  return 0
}

function sumUp(aggregates: readonly Aggregate[], rows: readonly Row[]): Value[] {
  return aggregates.map(({ start, add }) => rows.reduce((sum: Value, row) => add(sum, row), start))
}

function project(rows: readonly Value[][], targets: readonly Target[], row: Row): Value[][] {
  return rows.map((cells) => targets.map(({ value }) => value.valueOf({ ...row, cells })))
}

function condition(node: Node, scope: Scope): Expression {
  const value = compile(node, scope)
  if (value.type && value.type.name !== 'boolean')
    throw new SqlError(
      '42804',
      `argument of WHERE must be type boolean, not type ${value.type.name}`,
      value.position,
    )
  return value.as(typeNamed([{ String: { sval: 'bool' } }], -1))
}

/** Finds the rows of a WHERE: by the primary key if that is all it asks for, else one by one. */
function finder(table: Table, where: Node | undefined, scope: Scope): (row: Row) => [number, Value[]][] {
  const holds = where && condition(where, scope)
  const key = where && keyAskedFor(table, where, scope)
  return (row) => {
    const id = key && table.byKey.get(JSON.stringify([String(key.valueOf(row))]))
    const near = key ? (id === undefined ? [] : [id]) : table.rows.keys()
    return [...near].flatMap((each): [number, Value[]][] => {
      const cells = table.rows.get(each) ?? []
      return !holds || holds.valueOf({ ...row, cells }) === true ? [[each, cells]] : []
    })
  }
}

/** The same for rows that are not in a table. */
function finderOf(rows: (row: Row) => Value[][], where: Node | undefined, scope: Scope) {
  const holds = where && condition(where, scope)
  return (row: Row) =>
    rows(row).flatMap((cells, i): [number, Value[]][] =>
      !holds || holds.valueOf({ ...row, cells }) === true ? [[i, cells]] : [],
    )
}

/** The value of `key = value`, if that is the whole condition. */
function keyAskedFor(table: Table, where: Node, scope: Scope): Expression | undefined {
  const { kind, name, lexpr, rexpr } = 'A_Expr' in where ? where.A_Expr : {}
  const [at] = table.key
  if (kind !== 'AEXPR_OP' || nameOf(name) !== '=' || at === undefined || table.key.length !== 1)
    return undefined
  const column = table.columns[at]
  const simple = rexpr && ('A_Const' in rexpr || 'ParamRef' in rexpr)
  if (!simple || !column || !lexpr || !('ColumnRef' in lexpr) || nameFor(lexpr) !== column.name)
    return undefined
  const value = compile(rexpr, scope)
  return value.type === undefined || value.type === column.type ? value.as(column.type) : undefined
}

function scopeOf(table: Table): Scope['columns'] {
  return table.columns.map(({ name, type }) => ({ name, type, table: table.name }))
}

function columnFor(node: Node, table: Table): TableColumn {
  const { name = '', location } = 'ResTarget' in node ? node.ResTarget : {}
  return columnNamed(name, table, location)
}

function columnNamed(name: string, table: Table, position?: number): TableColumn {
  const column = table.columns.find((each) => each.name === name)
  if (column) return column
  throw new SqlError('42703', `column "${name}" of relation "${table.name}" does not exist`, position)
}

function keyOf({ key }: Table, row: readonly Value[]): string | undefined {
  return key.length === 0 ? undefined : JSON.stringify(key.map((at) => String(row[at])))
}

function forget(table: Table, id: number): Value[] {
  const row = table.rows.get(id) ?? []
  const key = keyOf(table, row)
  if (key !== undefined) table.byKey.delete(key)
  table.rows.delete(id)
  return row
}

function outOf({ columns, run }: Plan): Plan {
  return {
    ...(columns && { columns }),
    run: (row) => {
      const { rows = [] } = run(row)
      return { rows, tag: `COPY ${rows.length}`, copy: 'out' }
    },
  }
}

/** The settings that SHOW knows; drivers ask for some of them. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ['server_version', '15.0'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  ['transaction_isolation', 'read uncommitted'],
])

function show(name: string): Plan {
  const value = SETTINGS.get(name)
  if (value === undefined) throw new SqlError('42704', `unrecognized configuration parameter "${name}"`)
  return {
    columns: [{ name, type: TEXT.oid, size: TEXT.size, of: TEXT }],
    run: () => ({ rows: [[value]], tag: 'SHOW' }),
  }
}

function readsTypes(from: readonly Node[] | undefined): boolean {
  const reads = (node: Node | undefined): boolean => {
    if (node && 'JoinExpr' in node) return reads(node.JoinExpr.larg) && reads(node.JoinExpr.rarg)
    return !!node && 'RangeVar' in node && node.RangeVar.relname === 'pg_type'
  }
  return from?.length === 1 && reads(from[0])
}

function findCall(node: Extract<Node, { RangeFunction: unknown }>) {
  const [list] = node.RangeFunction.functions ?? []
  const [first] = list && 'List' in list ? (list.List.items ?? []) : []
  return first && 'FuncCall' in first ? first.FuncCall : undefined
}

function endsTransaction(node: Node): boolean {
  return (
    'TransactionStmt' in node &&
    (node.TransactionStmt.kind === 'TRANS_STMT_COMMIT' || node.TransactionStmt.kind === 'TRANS_STMT_ROLLBACK')
  )
}

function unsupported(what: string): SqlError {
  return new SqlError('0A000', `${what} is not supported by this small engine`)
}
