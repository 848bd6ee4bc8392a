import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { type AuditEvent, changeEventOf } from './events.ts'

/** Returns the method and route of a request, with parameters as in the API document. */
export function routeOf({ method, routeOptions }: FastifyRequest): { method: string; route: string } {
  return { method, route: (routeOptions.url ?? '').replaceAll(/:(\w+)/g, '{$1}') }
}

/** Records a change of rights or settings in its transaction. Records nothing for other writes. */
export async function recordChange(trx: Transaction, request: FastifyRequest, location?: string): Promise<void> {
  const event = changeEventOf(request.routeOptions.url ?? '')
  if (!event) return
  // The names of the members say what was changed. Their values stay out of the log.
  const members = Object.keys((request.body as object | null | undefined) ?? {})
  const details = members.length ? { members: members.join(', ') } : {}
  await insert(trx, request, { event, resource: location ?? request.url.split('?', 1)[0], details })
}

/** What is exported. */
export interface Exported {
  /** Code of the record type. */
  type: string
  format: 'csv'
}

/**
 * Records an export. Call it before the first byte is sent, so that there is no export without an entry. The returned
 * function adds the number of rows. It never fails, because the file is complete without that number.
 */
export async function recordExport(
  db: Database,
  request: FastifyRequest,
  exported: Exported,
): Promise<(rows: number) => Promise<void>> {
  const id = await insert(db, request, { event: 'exported', details: { ...exported } })
  return async (rows) => {
    const counted = JSON.stringify({ rows })
    const update = sql`update audit set details = details || ${counted}::jsonb where id = ${id}`
    await update.execute(db).catch((error: unknown) => request.log.warn({ err: error }, 'export without its rows'))
  }
}

interface Entry {
  event: AuditEvent
  resource?: string | undefined
  details: Record<string, string>
}

async function insert(db: Database, request: FastifyRequest, { event, resource, details }: Entry): Promise<number> {
  const { userId, keyId } = request.access.caller
  const { id } = await db
    .insertInto('audit')
    .values({
      ...{ event, user_id: userId, key_id: keyId, ...routeOf(request) },
      ...{ resource: resource ?? null, details: JSON.stringify(details) },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
