import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Params } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { hashOf } from '../../people/api-key.ts'
import { keyFromHeader } from '../../people/caller.ts'
import { routeOf } from '../record.ts'

const flushInterval = 5_000
/** The most different refusals between two flushes. Half of them can be of callers that are not known yet. */
const mostPending = 1_000

/** A refusal to record. The hash of the key names the caller if the request failed before the caller was known. */
interface Refusal {
  userId: number | null
  keyId: number | null
  hash: string | null
  method: string
  route: string
  code: string
  details: Params
}

/** The log that refusals are written with. */
interface Log {
  warn(fields: object, message: string): void
}

/**
 * The refusals of this server that are not stored yet. Equal ones are counted in memory, and all are stored with one
 * statement every few seconds. So refusals cost no statement of their own, and a flood of them fills neither memory nor
 * the table. The rest of a flood is dropped.
 */
export class Refusals {
  readonly #db: Database
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  #pending = new Map<string, { at: Date; count: number }>()
  #dropped = 0
  #flushing: Promise<void> = Promise.resolve()

  constructor(db: Database, log: Log) {
    this.#db = db
    this.#log = log
    this.#timer = setInterval(() => void this.flush(), flushInterval).unref()
  }

  /** Notes the refusal of a request: 403, or 401 with a key. */
  note(request: FastifyRequest, status: number): void {
    const { problem, headers } = request
    const key = keyFromHeader(headers.authorization)
    if (!problem || key === undefined || (status !== 401 && status !== 403)) return
    const { userId = null, keyId = null } = request.access?.caller ?? {}
    const refusal: Refusal = {
      ...{ userId, keyId, hash: keyId === null ? hashOf(key) : null },
      ...{ ...routeOf(request), code: problem.code, details: problem.params },
    }
    const text = JSON.stringify(refusal)
    const known = this.#pending.get(text)
    if (known) known.count++
    else if (this.#pending.size >= (keyId === null ? mostPending / 2 : mostPending)) this.#dropped++
    else this.#pending.set(text, { at: new Date(), count: 1 })
  }

  /** Stores the refusals so far. Those of keys that never existed are left out. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#store())
    await this.#flushing
  }

  /** Stores the last refusals and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  async #store(): Promise<void> {
    if (!this.#pending.size) return
    const refusals = [...this.#pending].map(([text, times]) => ({ ...(JSON.parse(text) as Refusal), ...times }))
    const dropped = this.#dropped
    this.#pending = new Map()
    this.#dropped = 0
    if (dropped) this.#log.warn({ dropped }, 'too many refusals for the audit log')
    try {
      await store(this.#db, refusals)
    } catch (error) {
      this.#log.warn({ err: error, lost: refusals.length }, 'refusals are missing in the audit log')
    }
  }
}

async function store(db: Database, refusals: readonly Refusal[]): Promise<void> {
  await sql`
    insert into audit (at, event, user_id, key_id, method, route, code, details, count)
    select v.at, 'refused', coalesce(v."userId", k.user_id), coalesce(v."keyId", k.id), v.method, v.route, v.code,
      v.details, v.count
    from json_to_recordset(${JSON.stringify(refusals)}) as v (at timestamptz, "userId" bigint, "keyId" bigint, hash text,
      method text, route text, code text, details jsonb, count integer)
    left join api_key k on k.hash = v.hash
    where coalesce(v."keyId", k.id) is not null order by v.at`.execute(db)
}

/** Notes every refusal that the server sends. Those that are not stored yet are stored when it closes. */
export function recordRefusals(app: App, db: Database): Refusals {
  const refusals = new Refusals(db, app.log)
  // Before the response is sent, so that a caller who was refused finds it in the log at once.
  app.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, _payload, done) => {
    refusals.note(request, reply.statusCode)
    done()
  })
  app.addHook('onClose', async () => await refusals.close())
  return refusals
}
