import pg from 'pg'

/** A statement as it went to the database, with the rows that it gave. */
export interface Statement {
  text: string
  values: unknown[]
  rows: Record<string, unknown>[]
}

type Query = typeof pg.Client.prototype.query

/** What the work sends to the database, in its order. Nothing else may use a pool of this process meanwhile. */
export async function captured(work: () => Promise<unknown>): Promise<Statement[]> {
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

/** Statements as others can send them again: their texts once, and the values of each time. */
export interface Sequences {
  texts: string[]
  runs: unknown[][][]
}

/** The values of statements, for other new ids than these got when they were captured. */
export function renumbered(statements: readonly Statement[], fresh: ReadonlyMap<number, number>): unknown[][] {
  const text = (value: string) => value.replaceAll(/\d+/g, (digits) => String(fresh.get(Number(digits)) ?? digits))
  const other = (value: unknown): unknown => {
    if (typeof value === 'number') return fresh.get(value) ?? value
    if (Array.isArray(value)) return value.map(other)
    return typeof value === 'string' && value.startsWith('[') ? text(value) : value
  }
  return statements.map(({ values }) => values.map(other))
}
