import pg from 'pg'

/** How a statement is sent. */
export interface Shape {
  text: string
  /** The name under which the connection keeps its plan. */
  name?: string
  /** Its rows are texts that nobody parses. */
  isText?: true
  /** The round trip of its run. Statements of one trip are sent together. */
  trip: number
}

/** A statement sent to the database, with its result rows. */
export interface Statement extends Shape {
  values: unknown[]
  rows: Record<string, unknown>[]
}

type Sent = Pick<Statement, 'text' | 'values'> & Partial<Shape>
/** A query that calls back, as `queryTexts` sends it. */
type TextQuery = pg.Query & Sent & { callback(...result: unknown[]): void }
type Given = [text: string, values?: unknown[]] | [Sent] | [TextQuery]
type Query = (this: pg.Client, ...query: Given) => unknown

/** Returns the statements that the work sends, in order. Nothing else may use a pool of this process meanwhile. */
export async function captureStatements(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const original = pg.Client.prototype.query
  let [trips, waiting] = [0, 0]
  const recording: Query = function (...query) {
    if (!waiting++) trips++
    const [first, given = []] = query
    const { text, values, name }: Sent = typeof first === 'string' ? { text: first, values: given } : first
    const isText = first instanceof pg.Query
    const statement: Statement = {
      text,
      ...(name && { name }),
      ...(isText && { isText }),
      trip: trips,
      values,
      rows: [],
    }
    statements.push(statement)
    if (isText)
      return callingBack(
        first,
        () => waiting--,
        () => Reflect.apply(original, this, query),
      )
    return answering(Reflect.apply(original, this, query) as Promise<pg.QueryResult>)

    async function answering(answer: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
      try {
        const result = await answer
        statement.rows = result.rows
        return result
      } finally {
        waiting--
      }
    }
  }
  pg.Client.prototype.query = recording as typeof original
  try {
    await work()
  } finally {
    pg.Client.prototype.query = original
  }
  return statements
}

/** Sends a query that calls back, and notes when it does. */
function callingBack(query: TextQuery, note: () => void, send: () => unknown): unknown {
  const { callback } = query
  query.callback = (...result) => {
    note()
    callback.apply(query, result)
  }
  return send()
}

/** Statements that can be sent again: their shapes, and the values of each run. */
export interface Sequences {
  shapes: Shape[]
  runs: unknown[][][]
}

/** Returns the values of statements with the captured ids replaced by fresh ones. */
export function withFreshIds(statements: readonly Statement[], fresh: ReadonlyMap<number, number>): unknown[][] {
  const text = (value: string) => value.replaceAll(/\d+/g, (digits) => String(fresh.get(Number(digits)) ?? digits))
  const other = (value: unknown): unknown => {
    if (typeof value === 'number') return fresh.get(value) ?? value
    if (Array.isArray(value)) return value.map(other)
    return typeof value === 'string' && value.startsWith('[') ? text(value) : value
  }
  return statements.map(({ values }) => values.map(other))
}
