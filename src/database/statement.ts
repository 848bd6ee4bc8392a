import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Database } from './connect.ts'
import { compile } from './precompiled-sql.ts'

/** How a statement is sent. */
export interface Sending {
  /** Connections keep its plan. Only for statements whose best plan is the same for all values. */
  keep?: Keep | undefined
  /** The rows are arrays with the texts of Postgres, which nobody parses. */
  isText?: true | undefined
}

/** What the name of a kept statement says: its family, and the version of the catalogue for which it was made. */
export interface Keep {
  family: string
  version: number
}

/** A compiled statement. */
export interface Statement<Row = unknown> extends CompiledQuery<Row>, Sending {}

/** A row of texts as Postgres writes them. */
export type TextRow = readonly (string | null)[]

/** Compiles a statement. */
export function statementOf<Row>(query: RawBuilder<Row>, sending: Sending = {}): Statement<Row> {
  const compiled = compile(query)
  return { ...compiled, ...sending, sql: sending.keep ? withHiddenValues(compiled.sql) : compiled.sql }
}

/**
 * Hides values with a type from the planner. It keeps a plan for all values only if plans for single ones do not look
 * cheaper. They often do, since a value shows how few records there are, and are then made again each time.
 */
function withHiddenValues(text: string): string {
  const hidden = text.replaceAll(/(\$\d+)::(\w+(?:\[\])?)/g, '(select $1::$2)::$2')
  // Folds the value once instead of once per row.
  return hidden.replaceAll(/fold\(\$\d+\)/g, '(select $&)')
}

class Hole {
  readonly name: string | number

  constructor(name: string | number) {
    this.name = name
  }
}

/** A statement with holes for the values of one execution. */
export type Template<Name extends string | number, Row = TextRow> = (
  values: Readonly<Record<Name, unknown>>,
) => Statement<Row>

/** Compiles a statement with holes once. */
export function template<Name extends string | number, Row>(
  build: (hole: (name: Name) => RawBuilder<unknown>) => RawBuilder<Row>,
  sending: Sending,
): Template<Name, Row> {
  const compiled = statementOf(
    build((name) => sql`${new Hole(name)}`),
    sending,
  )
  return (values) => ({
    ...compiled,
    parameters: compiled.parameters.map((one) => (one instanceof Hole ? values[one.name as Name] : one)),
  })
}

/** A statement that can be part of another. Its SQL depends only on its shape. The values fill the holes, in order. */
export interface Part {
  shape: string
  values: readonly unknown[]
  sql(...holes: RawBuilder<unknown>[]): RawBuilder<unknown>
}

/** Sends a statement and returns its rows. */
export async function rowsOf<Row>(db: Database, statement: Statement<Row>): Promise<Row[]> {
  return (await db.executeQuery<Row>(statement)).rows
}

/** Several statements that a connection sends together. */
export interface Trip extends CompiledQuery {
  readonly statements: readonly Statement[]
  /** Whether the transaction is committed after them. */
  readonly commits: boolean
}

/**
 * Sends statements of a transaction together, without waiting for the result of one before the next. Each sees the
 * effects of those before it. Throws the first error. With `commits` nothing can be rolled back any more afterwards.
 */
export async function sendTogether<Rows extends readonly unknown[]>(
  db: Database,
  statements: { readonly [Index in keyof Rows]: Statement<Rows[Index]> },
  { commits = false }: { commits?: boolean | undefined } = {},
): Promise<{ [Index in keyof Rows]: Rows[Index][] }> {
  const all: readonly Statement[] = statements
  const trip: Trip = { ...all[0]!, statements: all, commits }
  return (await db.executeQuery(trip)).rows as { [Index in keyof Rows]: Rows[Index][] }
}
