import pg from 'pg'
import type { TextRow } from './statement.ts'

type Callback = (error: Error | undefined, result: pg.QueryResult) => void

/**
 * A query whose rows are arrays of texts, as they arrive. It does not ask for the description of its columns: nobody
 * parses them, and for fifty columns both sides spend as much on it as on several rows.
 */
class TextQuery extends pg.Query {
  readonly #texts: TextRow[]

  constructor(query: pg.QueryConfig, texts: TextRow[], callback: Callback) {
    super(query, callback)
    this.#texts = texts
    const { submit } = this
    this.submit = (connection) => submit.call(this, undescribed(connection))
  }

  /** Takes a row. The driver calls this. */
  handleDataRow({ fields }: { fields: TextRow }): void {
    this.#texts.push(fields)
  }
}

/** Sends a query and returns its rows as texts. */
export async function queryTexts(client: pg.Client, query: pg.QueryConfig): Promise<pg.QueryResult> {
  const rows: TextRow[] = []
  try {
    return await new Promise((resolve, reject) => {
      const callback: Callback = (error, result) => (error ? reject(error) : resolve({ ...result, rows }))
      client.query(new TextQuery(query, rows, callback))
    })
  } catch (error) {
    // Shows who sent the query instead of how its answer was read.
    Error.captureStackTrace(error as Error)
    throw error
  }
}

const undescribedOf = new WeakMap<pg.Connection, pg.Connection>()

/** Returns the connection without the message that asks for a description. */
function undescribed(connection: pg.Connection): pg.Connection {
  const known = undescribedOf.get(connection)
  if (known) return known
  const made = Object.create(connection, { describe: { value: () => {} } }) as pg.Connection
  undescribedOf.set(connection, made)
  return made
}
