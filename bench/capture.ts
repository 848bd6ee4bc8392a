import pg from 'pg'

/** A statement sent to the database, with its result rows. */
export interface Statement {
  text: string
  values: unknown[]
  rows: Record<string, unknown>[]
}

type Query = typeof pg.Client.prototype.query

/** Returns the statements that the work sends, in order. Nothing else may use a pool of this process meanwhile. */
export async function captureStatements(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const original: Query = pg.Client.prototype.query
  const recording = async function (this: pg.Client, text: string, values: unknown[] = []) {
    const result = await Reflect.apply(original as (text: string, values: unknown[]) => Promise<pg.QueryResult>, this, [
      text,
      values,
    ])
    statements.push({ text, values, rows: result.rows })
    return result
  }
  pg.Client.prototype.query = recording as never as Query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = original
  }
  return statements
}

/** Statements that can be sent again: their texts, and the values of each run. */
export interface Sequences {
  texts: string[]
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
