// The part of the SQL engine that knows types and expressions: what `price * 2 > 10` means, and its
// value for one row.

import type { Node } from '@pgsql/types'
import { SqlError } from './sql-error.ts'

/** The content of a cell. Integers are bigint; all other numbers, even numeric, are number. */
export type Value = string | bigint | number | boolean | null

/**
 * A type as the wire knows it: its object ID, the number of bytes of a value in binary (-1 if that
 * varies), and how to read and write its text.
 */
export interface Type {
  oid: number
  name: string
  size: number
  read: (text: string) => Value | undefined
  write: (value: Exclude<Value, null>) => string
}

/**
 * Something that has a value for each row. `type` is undefined for a literal or a parameter whose
 * type is not decided yet.
 */
export interface Expression {
  type: Type | undefined
  position: number
  /** The same, with the type decided. */
  as: (type: Type) => Expression
  valueOf: (row: Row) => Value
}

/** What the value of an expression depends on. */
export interface Row {
  cells: readonly Value[]
  parameters: readonly Value[]
  /** The results of the aggregate functions. */
  sums: readonly Value[]
  call: Call
}

/** What one run of a statement knows and collects. */
export interface Call {
  now: string
  user: string
  sleepMs: number
  notify: (channel: string, payload: string) => void
}

/** The names that an expression may use. */
export interface Scope {
  columns: readonly { name: string; table: string; type: Type }[]
  parameters: (Type | undefined)[]
  /** Set if count(*) and the like are allowed. */
  aggregates?: Aggregate[]
}

/** A function of many rows, such as count. */
export interface Aggregate {
  start: Value
  add: (sum: Value, row: Row) => Value
}

const integer = (name: string, oid: number, size: number): Type => {
  const limit = 2n ** BigInt(size * 8 - 1)
  return {
    oid,
    name,
    size,
    read: (text) => {
      if (!/^\s*[+-]?\d+\s*$/.test(text)) return undefined
      const value = BigInt(text.trim().replace('+', ''))
      if (value >= -limit && value < limit) return value
      throw new SqlError('22003', `value "${text}" is out of range for type ${name}`)
    },
    write: String,
  }
}

const text = (name: string, oid: number, size = -1): Type => ({
  oid,
  name,
  size,
  read: (text) => text,
  write: String,
})

const decimal = (name: string, oid: number, size: number): Type => ({
  oid,
  name,
  size,
  read: (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
  write: String,
})

const INT2 = integer('smallint', 21, 2)
export const INT4 = integer('integer', 23, 4)
export const INT8 = integer('bigint', 20, 8)
const NUMERIC = decimal('numeric', 1700, -1)
const FLOAT8 = decimal('double precision', 701, 8)
export const TEXT = text('text', 25)
const NAME = text('name', 19, 64)
const TIMESTAMPTZ = text('timestamp with time zone', 1184, 8)
const VOID = text('void', 2278, 4)
const BOOL: Type = {
  oid: 16,
  name: 'boolean',
  size: 1,
  read: (text) =>
    /^(t|true|y|yes|on|1)$/i.test(text) ? true : /^(f|false|n|no|off|0)$/i.test(text) ? false : undefined,
  write: (value) => (value ? 't' : 'f'),
}

/** From narrow to wide: the result of two numbers has the wider type. */
const NUMBERS = [INT2, INT4, INT8, NUMERIC, FLOAT8]
const INTEGERS = [INT2, INT4, INT8]

/** By the names that the parser gives them. */
const TYPES: ReadonlyMap<string, Type> = new Map([
  ['int2', INT2],
  ['int4', INT4],
  ['int8', INT8],
  ['numeric', NUMERIC],
  ['float4', FLOAT8],
  ['float8', FLOAT8],
  ['text', TEXT],
  ['varchar', text('character varying', 1043)],
  ['bpchar', text('character', 1042)],
  ['name', NAME],
  ['bool', BOOL],
  ['timestamptz', TIMESTAMPTZ],
  ['timestamp', text('timestamp without time zone', 1114, 8)],
])

export function typeOfOid(oid: number): Type | undefined {
  return [...TYPES.values()].find((type) => type.oid === oid)
}

/** The type that is named in a CREATE TABLE or a cast. */
export function typeNamed(names: readonly Node[] | undefined, position: number): Type {
  const name = nameOf(names)
  const type = TYPES.get(name)
  if (!type) throw new SqlError('42704', `type "${name}" does not exist`, position)
  return type
}

/** A value in text format, as it goes over the wire. */
export function textOf(value: Value, type: Type): string | null {
  return value === null ? null : type.write(value)
}

/** The value of a text that came as a parameter or in a COPY. */
export function read(text: string, type: Type, position = -1): Value {
  const value = type.read(text)
  if (value !== undefined) return value
  throw new SqlError('22P02', `invalid input syntax for type ${type.name}: "${text}"`, position)
}

/** The last part of a name such as pg_catalog.int4. */
export function nameOf(names: readonly Node[] | undefined): string {
  const last = names?.at(-1)
  return last && 'String' in last ? (last.String.sval ?? '') : ''
}

/** Turns a node of the parser into an expression. */
export function compile(node: Node | undefined, scope: Scope): Expression {
  if (!node) throw new SqlError('42601', 'an expression is missing')
  if ('A_Const' in node) return constant(node.A_Const)
  if ('ParamRef' in node) return parameter(node.ParamRef.number ?? 0, scope, node.ParamRef.location)
  if ('ColumnRef' in node) return column(node.ColumnRef, scope)
  if ('TypeCast' in node) {
    const { arg, typeName, location } = node.TypeCast
    return cast(compile(arg, scope), typeNamed(typeName?.names, typeName?.location ?? -1), location ?? -1)
  }
  if ('A_Expr' in node) return operation(node.A_Expr, scope)
  if ('BoolExpr' in node) {
    const parts = (node.BoolExpr.args ?? []).map((arg) => compile(arg, scope).as(BOOL))
    return logic(node.BoolExpr.boolop ?? 'AND_EXPR', parts)
  }
  if ('NullTest' in node) {
    const arg = compile(node.NullTest.arg, scope)
    const wanted = node.NullTest.nulltesttype === 'IS_NULL'
    return computed(BOOL, arg.position, (row) => (arg.valueOf(row) === null) === wanted)
  }
  if ('CoalesceExpr' in node) {
    const parts = (node.CoalesceExpr.args ?? []).map((arg) => compile(arg, scope))
    const type = parts.find((part) => part.type)?.type ?? TEXT
    const typed = parts.map((part) => part.as(type))
    return computed(type, node.CoalesceExpr.location, (row) => {
      for (const part of typed) {
        const value = part.valueOf(row)
        if (value !== null) return value
      }
      return null
    })
  }
  if ('SQLValueFunction' in node) {
    const { op, location } = node.SQLValueFunction
    return op === 'SVFOP_CURRENT_TIMESTAMP'
      ? computed(TIMESTAMPTZ, location, ({ call }) => call.now)
      : computed(NAME, location, ({ call }) => call.user)
  }
  if ('FuncCall' in node) return call(node.FuncCall, scope)
  throw new SqlError('0A000', `${Object.keys(node)[0]} is not supported by this small engine`)
}

/** The name of a result's column if the query does not give one. */
export function nameFor(node: Node | undefined): string {
  if (node && 'ColumnRef' in node) return nameOf(node.ColumnRef.fields)
  if (node && 'FuncCall' in node) return nameOf(node.FuncCall.funcname)
  if (node && 'CoalesceExpr' in node) return 'coalesce'
  if (node && 'SQLValueFunction' in node)
    return (node.SQLValueFunction.op ?? '').replace('SVFOP_', '').toLowerCase()
  if (node && 'TypeCast' in node) {
    const inner = nameFor(node.TypeCast.arg)
    return inner === '?column?' ? nameOf(node.TypeCast.typeName?.names) : inner
  }
  return '?column?'
}

/** The value of an expression as it is stored in a column. */
export function assign(value: Expression, column: { name: string; type: Type }): Expression {
  const { type } = value
  if (!type || type === column.type) return value.as(column.type)
  const convertible = (NUMBERS.includes(type) && NUMBERS.includes(column.type)) || isText(column.type)
  if (convertible) return cast(value, column.type, value.position)
  throw new SqlError(
    '42804',
    `column "${column.name}" is of type ${column.type.name} but expression is of type ${type.name}`,
    value.position,
  )
}

/** Below 0 if the first comes first; null comes last. */
export function compare(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a < b ? -1 : Number(a > b)
}

function computed(type: Type, position: number | undefined, work: (row: Row) => Value): Expression {
  const self: Expression = {
    type,
    position: position ?? -1,
    valueOf: work,
    as: (wanted) => {
      if (wanted === type) return self
      const widens = NUMBERS.indexOf(type) >= 0 && NUMBERS.indexOf(wanted) >= NUMBERS.indexOf(type)
      if (widens || (isText(type) && isText(wanted))) return cast(self, wanted, self.position)
      if (wanted === BOOL)
        throw new SqlError('42804', `argument must be type boolean, not type ${type.name}`, self.position)
      throw new SqlError('42846', `cannot cast type ${type.name} to ${wanted.name}`, self.position)
    },
  }
  return self
}

type Constant = Extract<Node, { A_Const: unknown }>['A_Const']

function constant({ ival, fval, boolval, sval, isnull, location }: Constant): Expression {
  // The parser leaves out fields that are 0 or false.
  if (ival) return computed(INT4, location, () => BigInt(ival.ival ?? 0))
  if (boolval) return computed(BOOL, location, () => boolval.boolval ?? false)
  if (fval) {
    const digits = fval.fval ?? '0'
    const whole = /^\d+$/.test(digits) && BigInt(digits) < 2n ** 63n
    return whole
      ? computed(INT8, location, () => BigInt(digits))
      : computed(NUMERIC, location, () => Number(digits))
  }
  return literal(isnull ? null : (sval?.sval ?? ''), location ?? 0)
}

/** 'abc' may still become a value of any type. */
function literal(text: string | null, position: number): Expression {
  return {
    type: undefined,
    position,
    as: (type) => {
      const value = text === null ? null : read(text, type, position)
      return computed(type, position, () => value)
    },
    valueOf: () => text,
  }
}

/** $1: the first use that needs a type decides it, unless the client did. */
function parameter(number: number, { parameters }: Scope, position = 0): Expression {
  const at = number - 1
  // Takes its place in the list, so that the client learns how many there are.
  if (parameters.length < number) parameters.length = number
  const typed = (type: Type) => computed(type, position, ({ parameters }) => parameters[at] ?? null)
  const known = parameters[at]
  if (known) return typed(known)
  return {
    type: undefined,
    position,
    as: (type) => {
      parameters[at] ??= type
      return typed(parameters[at]).as(type)
    },
    valueOf: ({ parameters }) => parameters[at] ?? null,
  }
}

function column(
  { fields, location }: Extract<Node, { ColumnRef: unknown }>['ColumnRef'],
  { columns }: Scope,
): Expression {
  const name = nameOf(fields)
  const table = fields && fields.length > 1 ? nameOf(fields.slice(0, -1)) : undefined
  const at = columns.findIndex((each) => each.name === name && (table ?? each.table) === each.table)
  const found = columns[at]
  if (found) return computed(found.type, location, ({ cells }) => cells[at] ?? null)
  if (table !== undefined && !columns.some((each) => each.table === table))
    throw new SqlError('42P01', `missing FROM-clause entry for table "${table}"`, location)
  const shown = table === undefined ? `"${name}"` : `${table}.${name}`
  throw new SqlError('42703', `column ${shown} does not exist`, location)
}

function cast(arg: Expression, type: Type, position: number): Expression {
  if (!arg.type) return arg.as(type)
  const from = arg.type
  if (from === type) return arg
  return computed(type, position, (row) => {
    const value = arg.valueOf(row)
    if (value === null) return null
    if (INTEGERS.includes(type) && typeof value !== 'string')
      return inRange(typeof value === 'number' ? BigInt(Math.round(value)) : BigInt(value), type)
    return read(from.write(value), type)
  })
}

function logic(op: string, parts: readonly Expression[]): Expression {
  const position = parts[0]?.position
  // One value decides alone: false for AND, true for OR. Otherwise one NULL makes the result NULL.
  const decides = op === 'OR_EXPR'
  if (op === 'NOT_EXPR')
    return computed(BOOL, position, (row) => {
      const value = parts[0]?.valueOf(row) ?? null
      return value === null ? null : !value
    })
  return computed(BOOL, position, (row) => {
    const values = parts.map((part) => part.valueOf(row))
    if (values.includes(decides)) return decides
    return values.includes(null) ? null : !decides
  })
}

function operation(
  { kind, name, lexpr, rexpr, location }: Extract<Node, { A_Expr: unknown }>['A_Expr'],
  scope: Scope,
): Expression {
  const op = nameOf(name)
  const at = location ?? 0
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_BETWEEN') {
    const items = rexpr && 'List' in rexpr ? (rexpr.List.items ?? []) : []
    const [low, high] = items
    if (kind === 'AEXPR_BETWEEN')
      return logic('AND_EXPR', [
        binary('>=', compile(lexpr, scope), compile(low, scope), at),
        binary('<=', compile(lexpr, scope), compile(high, scope), at),
      ])
    const found = logic(
      'OR_EXPR',
      items.map((item) => binary('=', compile(lexpr, scope), compile(item, scope), at)),
    )
    return op === '<>' ? logic('NOT_EXPR', [found]) : found
  }
  const right = compile(rexpr, scope)
  if (!lexpr)
    return binary(
      '-',
      computed(right.type ?? INT4, at, () => zeroOf(right.type)),
      right,
      at,
    )
  return binary(op, compile(lexpr, scope), right, at)
}

function binary(op: string, left: Expression, right: Expression, position: number): Expression {
  const [a, b] = agree(op, left, right)
  const type = a.type ?? TEXT
  const kind = OPERATORS.get(op)
  const fits =
    kind && isText(type) === isText(b.type ?? TEXT) && (kind.result !== 'number' || NUMBERS.includes(type))
  if (!fits || ((op === '||' || op === '~~') && !isText(type)))
    throw new SqlError(
      '42883',
      `operator does not exist: ${a.type?.name ?? 'unknown'} ${op} ${b.type?.name ?? 'unknown'}`,
      position,
    )
  const { result, apply } = kind
  return computed(result === 'number' ? type : result, position, (row) => {
    const x = a.valueOf(row)
    const y = b.valueOf(row)
    if (x === null || y === null) return null
    const value = apply(x, y)
    return typeof value === 'bigint' ? inRange(value, type) : value
  })
}

type Operator = {
  result: Type | 'number'
  apply: (a: Exclude<Value, null>, b: Exclude<Value, null>) => Value
}

/** Both sides of an operator have the same type, so both are bigint, or both are number. */
const arithmetic = (
  big: (a: bigint, b: bigint) => bigint,
  small: (a: number, b: number) => number,
  divides = false,
): Operator => ({
  result: 'number',
  apply: (a, b) => {
    if (divides && Number(b) === 0) throw new SqlError('22012', 'division by zero')
    return typeof a === 'bigint' && typeof b === 'bigint' ? big(a, b) : small(Number(a), Number(b))
  },
})

const comparison = (holds: (order: number) => boolean): Operator => ({
  result: BOOL,
  apply: (a, b) => holds(compare(a, b)),
})

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  [
    '+',
    arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    '-',
    arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    '*',
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    '/',
    arithmetic(
      (a, b) => a / b,
      (a, b) => a / b,
      true,
    ),
  ],
  [
    '%',
    arithmetic(
      (a, b) => a % b,
      (a, b) => a % b,
      true,
    ),
  ],
  ['=', comparison((order) => order === 0)],
  ['<>', comparison((order) => order !== 0)],
  ['<', comparison((order) => order < 0)],
  ['<=', comparison((order) => order <= 0)],
  ['>', comparison((order) => order > 0)],
  ['>=', comparison((order) => order >= 0)],
  ['||', { result: TEXT, apply: (a, b) => `${a}${b}` }],
  ['~~', { result: BOOL, apply: (a, b) => patternOf(`${b}`).test(`${a}`) }],
])

/** Gives both sides one type: the wider of two numbers, or that of the only side that has one. */
function agree(op: string, left: Expression, right: Expression): [Expression, Expression] {
  const { type: a } = left
  const { type: b } = right
  if (a && b) {
    const wider = NUMBERS[Math.max(NUMBERS.indexOf(a), NUMBERS.indexOf(b))]
    const both = NUMBERS.includes(a) && NUMBERS.includes(b)
    return both && wider ? [left.as(wider), right.as(wider)] : [left, right]
  }
  const type = a ?? b ?? TEXT
  if (op === '||') return [left.as(isText(type) ? type : TEXT), right.as(isText(type) ? type : TEXT)]
  return [left.as(type), right.as(type)]
}

/** A pattern of LIKE: % stands for any text, _ for one character. */
function patternOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'su')
}

const FUNCTIONS: ReadonlyMap<
  string,
  { takes: Type[]; gives: Type; run: (args: Value[], call: Call) => Value }
> = new Map([
  ['now', { takes: [], gives: TIMESTAMPTZ, run: (_, { now }) => now }],
  ['version', { takes: [], gives: TEXT, run: () => 'A small engine that speaks PostgreSQL' }],
  ['length', { takes: [TEXT], gives: INT4, run: ([text]) => BigInt([...`${text}`].length) }],
  ['upper', { takes: [TEXT], gives: TEXT, run: ([text]) => `${text}`.toUpperCase() }],
  ['lower', { takes: [TEXT], gives: TEXT, run: ([text]) => `${text}`.toLowerCase() }],
  ['repeat', { takes: [TEXT, INT4], gives: TEXT, run: ([text, n]) => `${text}`.repeat(Number(n)) }],
  [
    'pg_sleep',
    {
      takes: [FLOAT8],
      gives: VOID,
      run: ([seconds], call) => {
        call.sleepMs += Number(seconds) * 1000 // `execute` sleeps when the result is there.
        return ''
      },
    },
  ],
  [
    'pg_notify',
    {
      takes: [TEXT, TEXT],
      gives: VOID,
      run: ([channel, payload], call) => {
        call.notify(`${channel}`, `${payload}`)
        return ''
      },
    },
  ],
])

function call(
  { funcname, args = [], agg_star, location }: Extract<Node, { FuncCall: unknown }>['FuncCall'],
  scope: Scope,
): Expression {
  const name = nameOf(funcname)
  const parts = args.map((arg) => compile(arg, { columns: scope.columns, parameters: scope.parameters }))
  if (AGGREGATES.has(name)) return aggregate(name, agg_star ? undefined : parts[0], scope, location)
  const found = FUNCTIONS.get(name)
  if (found?.takes.length !== parts.length) {
    const types = parts.map((part) => part.type?.name ?? 'unknown').join(', ')
    throw new SqlError('42883', `function ${name}(${types}) does not exist`, location)
  }
  const typed = parts.map((part, i) => part.as(found.takes[i] ?? TEXT))
  return computed(found.gives, location, (row) => {
    const values = typed.map((part) => part.valueOf(row))
    return values.includes(null) ? null : found.run(values, row.call)
  })
}

const AGGREGATES: ReadonlySet<string> = new Set(['count', 'sum', 'min', 'max'])

function aggregate(
  name: string,
  arg: Expression | undefined,
  { aggregates }: Scope,
  position = 0,
): Expression {
  if (!aggregates) throw new SqlError('42803', 'aggregate functions are not allowed here', position)
  const at = aggregates.length
  const type = arg?.type ?? TEXT
  const sign = name === 'min' ? 1 : -1
  const added = (sum: Value, value: Value): Value => {
    if (name === 'count') return BigInt(sum ?? 0) + 1n
    if (sum === null) return value
    if (name === 'sum')
      return typeof sum === 'bigint' ? sum + BigInt(value ?? 0) : Number(sum) + Number(value)
    return compare(sum, value) * sign > 0 ? value : sum
  }
  aggregates.push({
    start: name === 'count' ? 0n : null,
    add: (sum, row) => {
      const value = arg ? arg.valueOf(row) : true
      return value === null ? sum : added(sum, value)
    },
  })
  const sumType = INTEGERS.includes(type) ? (type === INT8 ? NUMERIC : INT8) : type
  const gives = name === 'count' ? INT8 : name === 'sum' ? sumType : type
  return computed(gives, position, ({ sums }) => sums[at] ?? null)
}

function inRange(value: bigint, type: Type): bigint {
  const limit = 2n ** BigInt(type.size * 8 - 1)
  if (value >= -limit && value < limit) return value
  throw new SqlError('22003', `${type.name} out of range`)
}

function zeroOf(type: Type | undefined): Value {
  return type && NUMBERS.includes(type) && !INTEGERS.includes(type) ? 0 : 0n
}

function isText(type: Type): boolean {
  return type.read('') === '' && type !== VOID
}
