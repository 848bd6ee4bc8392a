import pg from 'pg'
import type { Statement } from './statement.ts'

/** The most statements that one connection keeps. */
export const mostKept = 200
/** The most statements whose names are known. */
const mostNames = 2_000

/**
 * The names of kept statements, shared by the connections of a pool. A statement gets its name when it is sent for the
 * second time, so that rare ones are not kept. A new version of the catalogue leads to new names.
 */
export class StatementNames {
  readonly #byText = new Map<string, { version: number; name?: string }>()
  #last = 0

  /** Returns the name of a statement, or undefined if it is not kept. */
  nameOf({ sql, keep }: Statement): string | undefined {
    if (!keep) return undefined
    const { family, version } = keep
    const known = this.#byText.get(sql)
    // The least used come first.
    this.#byText.delete(sql)
    if (known?.version !== version) {
      this.#byText.set(sql, { version })
      if (this.#byText.size > mostNames) this.#byText.delete(this.#byText.keys().next().value ?? '')
      return undefined
    }
    known.name ??= `${family}_${version}_${++this.#last}`
    this.#byText.set(sql, known)
    return known.name
  }
}

/** The statements that one connection keeps. */
export class KeptStatements {
  readonly #client: pg.Client
  /** The least used come first. */
  readonly #names = new Set<string>()

  constructor(client: pg.Client) {
    this.#client = client
  }

  /** Notes that a statement is about to be sent. Closes the least used one when there are too many. */
  use(name: string): void {
    this.#names.delete(name)
    this.#names.add(name)
    if (this.#names.size <= mostKept) return
    const [oldest = ''] = this.#names
    this.#names.delete(oldest)
    this.#close(oldest)
  }

  /** Closes all statements, for instance when the server has lost one of them. Closing a lost one does no harm. */
  closeAll(): void {
    for (const name of this.#names) this.#close(name)
    this.#names.clear()
  }

  #close(name: string): void {
    this.#client.query(new CloseStatement(name))
    this.#forget(name)
  }

  // The driver would not send the text of a name again that it knows.
  #forget(name: string): void {
    Reflect.deleteProperty(Reflect.get(this.#client.connection, 'parsedStatements') as object, name)
  }
}

/** Closes a statement. Unlike `deallocate` it works in a failed transaction. */
class CloseStatement extends pg.Query {
  constructor(name: string) {
    super('', () => {})
    this.submit = (connection) => {
      connection.close({ type: 'S', name }, false)
      connection.sync()
    }
  }
}
