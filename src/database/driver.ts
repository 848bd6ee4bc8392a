import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'
import { currentWork } from '../telemetry/work.ts'
import { KeptStatements, StatementNames } from './kept-statements.ts'
import type { Statement, Trip } from './statement.ts'
import { queryTexts } from './text-query.ts'

/**
 * Sends statements without waiting where nothing depends on the result: `begin` goes with the first statement of a
 * transaction, `commit` with the last ones, and what must go ahead of a request's first statement goes with it. Such
 * statements are one round trip.
 */
export class PipelinedDriver implements Driver {
  readonly #pool: pg.Pool
  /** Undefined if statements are not kept. */
  readonly #names: StatementNames | undefined
  readonly #connections = new WeakMap<pg.PoolClient, PipelinedConnection>()

  constructor(pool: pg.Pool, { keepsStatements }: { keepsStatements: boolean }) {
    this.#pool = pool
    this.#names = keepsStatements ? new StatementNames() : undefined
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PipelinedConnection> {
    const client = await timed(this.#pool.connect())
    const connection = this.#connections.get(client) ?? new PipelinedConnection(client, this.#names)
    this.#connections.set(client, connection)
    return connection
  }

  async releaseConnection(connection: PipelinedConnection): Promise<void> {
    connection.release()
  }

  async beginTransaction(connection: PipelinedConnection): Promise<void> {
    connection.begin()
  }

  async commitTransaction(connection: PipelinedConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: PipelinedConnection): Promise<void> {
    await connection.rollback()
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}

class PipelinedConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #names: StatementNames | undefined
  readonly #kept: KeptStatements
  /** Whether a transaction waits for its first statement. */
  #begins = false
  /** The result of the commit that was sent with the last statements of a transaction. */
  #ended: Promise<pg.QueryResult> | undefined
  #isBroken = false

  constructor(client: pg.PoolClient, names: StatementNames | undefined) {
    this.#client = client
    this.#names = names
    this.#kept = new KeptStatements(client)
  }

  async executeQuery<Row>(query: CompiledQuery | Trip): Promise<QueryResult<Row>> {
    // It would run outside the transaction.
    if (this.#ended) throw new Error('a statement was sent after the last ones of its transaction')
    const { stream } = this.#client.connection
    // One system call for all that is sent.
    stream.cork()
    const ahead = currentWork()?.takeAhead()
    const checked = ahead?.(async (check) => (await this.#send(check)).rows)
    const begun = this.#begins ? this.#client.query('begin') : undefined
    this.#begins = false
    const sent = 'statements' in query ? query.statements.map((one) => this.#send(one)) : [this.#send(query)]
    // The check of the caller can still reject the transaction.
    if ('statements' in query && query.commits && !ahead) {
      this.#ended = this.#client.query('commit')
      this.#ended.catch(() => {})
    }
    stream.uncork()
    const answered = Promise.all(sent)
    answered.catch(() => {})
    // The errors of these two come first, whatever the statements do.
    await Promise.all([checked, begun])
    const results = await answered
    if ('statements' in query) return { rows: results.map(({ rows }) => rows) as Row[] }
    const { command, rowCount, rows } = results[0]!
    // A text with several statements has several results.
    return { rows: (rows ?? []) as Row[], ...(counted.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  }

  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    yield await Promise.reject(new Error('a pipelined connection has no cursors'))
  }

  begin(): void {
    this.#begins = true
  }

  async commit(): Promise<void> {
    if (this.#begins) {
      this.#begins = false
      return
    }
    const ended = this.#ended ?? this.#client.query('commit')
    this.#ended = undefined
    // Postgres answers `rollback` if a statement failed before.
    if ((await timed(ended)).command === 'ROLLBACK') throw new AbortedTransactionError()
  }

  async rollback(): Promise<void> {
    if (this.#begins) {
      this.#begins = false
      return
    }
    const ended = this.#ended ?? this.#client.query('rollback')
    this.#ended = undefined
    try {
      await timed(ended)
    } catch (error) {
      this.#isBroken = true
      throw error
    }
  }

  release(): void {
    this.#client.release(this.#isBroken)
  }

  async #send(statement: Statement): Promise<pg.QueryResult> {
    const work = currentWork()
    const start = performance.now()
    let error: unknown
    try {
      return await timed(this.#query(statement))
    } catch (caught) {
      error = caught
      if (isLost(caught)) this.#kept.closeAll()
      throw caught
    } finally {
      work?.statement({ sql: statement.sql, milliseconds: performance.now() - start, error })
    }
  }

  #query(statement: Statement): Promise<pg.QueryResult> {
    const query: pg.QueryConfig = { text: statement.sql, values: [...statement.parameters] }
    const name = this.#names?.nameOf(statement)
    if (name !== undefined) {
      query.name = name
      this.#kept.use(name)
    }
    return statement.isText ? queryTexts(this.#client, query) : this.#client.query(query)
  }
}

/** Waits for the database, and adds the time to that of the current work. */
async function timed<T>(answer: Promise<T>): Promise<T> {
  const database = currentWork()?.database
  database?.begin()
  try {
    return await answer
  } finally {
    database?.end()
  }
}

const counted = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** Returns whether the server does not have a kept statement any more, or has one with other columns. */
function isLost(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === '26000' || code === '0A000'
}
