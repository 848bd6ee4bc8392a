import { jest } from '@jest/globals'
import pg from 'pg'

/** A statement as a client of the driver sends it. */
export interface SentStatement {
  text: string
  values: unknown[]
  /** The name under which the connection keeps its plan. */
  name?: string
}

/** What some work sent to the database. */
export interface Sent {
  statements: SentStatement[]
  /** How often the work waited for the database. Statements that are sent together are one round trip. */
  roundTrips: number
  /** The most connections that worked at the same time. */
  connections: number
}

/** Returns what the work sends to the database. */
export async function sentBy(work: () => PromiseLike<unknown>): Promise<Sent> {
  const sent: Sent = { statements: [], roundTrips: 0, connections: 0 }
  const { query } = pg.Client.prototype
  const waiting = new Map<pg.Client, number>()
  const spy = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(async function (
    this: pg.Client,
    ...given: Parameters<typeof query>
  ) {
    sent.statements.push(statementIn(given))
    const before = waiting.get(this) ?? 0
    if (!before) sent.roundTrips++
    waiting.set(this, before + 1)
    sent.connections = Math.max(sent.connections, waiting.size)
    try {
      return await Reflect.apply(query, this, given)
    } finally {
      const left = waiting.get(this)! - 1
      if (left) waiting.set(this, left)
      else waiting.delete(this)
    }
  } as never)
  try {
    await work()
  } finally {
    spy.mockRestore()
  }
  return sent
}

function statementIn([asked, values = []]: readonly unknown[]): SentStatement {
  return typeof asked === 'string' ? { text: asked, values: values as unknown[] } : (asked as SentStatement)
}
