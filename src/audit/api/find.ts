import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { type PageRequest, readIdPage } from '../../http/id-page.ts'
import type { AuditEvent } from '../events.ts'

/** Conditions on entries. */
export interface AuditFilter {
  event?: AuditEvent | undefined
  userId?: number | undefined
  from?: string | undefined
  to?: string | undefined
}

/** Reads a page of the audit log, the newest entries first. Throws the faults of the times. */
export async function findEntries(db: Database, page: PageRequest, { event, userId, from, to }: AuditFilter) {
  const filter = { event, userId, ...readTimes({ from, to }) }
  const entries = db
    .selectFrom('audit')
    .select(['id', 'user_id as userId', 'key_id as keyId', 'method', 'route', 'resource', 'code', 'details', 'count'])
    .select((columns) => columns.ref('event').$castTo<AuditEvent>().as('event'))
    .select(sql<string>`instant(at)`.as('at'))
    .$if(event !== undefined, (all) => all.where('event', '=', event!))
    .$if(userId !== undefined, (all) => all.where('user_id', '=', userId!))
    .$if(filter.from !== undefined, (all) => all.where('at', '>=', filter.from!))
    .$if(filter.to !== undefined, (all) => all.where('at', '<=', filter.to!))
  return await readIdPage({ name: 'audit', filter, order: 'newest first' }, page, entries)
}

/** Returns the times as Postgres reads them. Some times that the format allows do not exist. */
function readTimes(given: { from: string | undefined; to: string | undefined }) {
  const faults: Fault[] = []
  const read = (parameter: 'from' | 'to') => {
    const text = given[parameter]
    if (text === undefined) return undefined
    const time = new Date(text)
    if (time.getTime() > Date.parse('0001-01-02') && time.getUTCFullYear() < 10_000) return time.toISOString()
    faults.push({ parameter, code: 'invalid_datetime' })
  }
  const times = { from: read('from'), to: read('to') }
  if (faults.length) throw invalid(faults)
  return times
}
