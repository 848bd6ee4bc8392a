import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { Problem } from '../../errors/problem.ts'
import { type PageRequest, readIdPage } from '../../http/id-page.ts'
import { type Precondition, requireVersion } from '../../records/write/precondition.ts'
import type { Access } from '../../rights/access.ts'
import { scheduleOf } from './schedule.ts'
import { type ShownSchedule, saveSchedule, shownSchedule } from './schedule-store.ts'
import type { SavedInput } from './schemas.ts'

/** The most saved reports of a user, and the most dashboards. */
export const mostSaved = 1000

/** What is saved. */
export type SavedKind = 'report' | 'dashboard'

/** A saved report or a dashboard. */
export interface Saved {
  id: number
  version: number
  name: string
  content: object
  shared: NonNullable<SavedInput['shared']>
  schedule: ShownSchedule | null
  ownerId: number
  createdAt: string
  updatedAt: string
}

const notFound = { report: 'saved_report_not_found', dashboard: 'dashboard_not_found' } as const

/** Reads a page of what the caller sees. */
export async function findSaved(db: Database, access: Access, kind: SavedKind, page: PageRequest) {
  return await readIdPage({ name: kind, filter: null, order: 'oldest first' }, page, visible(db, access, kind))
}

/** Returns a saved report or a dashboard. Throws `saved_report_not_found` or `dashboard_not_found`. */
export async function readSaved(db: Database, access: Access, kind: SavedKind, id: number): Promise<Saved> {
  const saved = await visible(db, access, kind).where('id', '=', id).executeTakeFirst()
  if (!saved) throw new Problem(notFound[kind], { id })
  return saved
}

/** Saves a report or a dashboard of the caller. Throws `limit_reached`. */
export async function createSaved(
  trx: Transaction,
  access: Access,
  kind: SavedKind,
  { name, shared = 'private', schedule, ...content }: SavedInput,
): Promise<Saved> {
  const { userId } = access.caller
  const own = trx.selectFrom('saved_analytics').where('owner_id', '=', userId).where('kind', '=', kind)
  const { count } = await own.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  if (count >= mostSaved) throw new Problem('limit_reached', { limit: mostSaved })
  const row = { kind, name: name.trim(), content: JSON.stringify(content), shared: shared === 'everyone' }
  const { id } = await trx
    .insertInto('saved_analytics')
    .values({ ...row, owner_id: userId })
    .returning('id')
    .executeTakeFirstOrThrow()
  await setSchedule(trx, access, id, schedule)
  return await readSaved(trx, access, kind, id)
}

/** A saved report or dashboard to change, and the versions that it may have. */
export interface SavedTarget {
  kind: SavedKind
  id: number
  ifMatch: Precondition | undefined
}

/** Replaces a saved report or a dashboard. Throws its `…_not_found`, `owned_by_another_user` and `precondition_failed`. */
export async function replaceSaved(
  trx: Transaction,
  access: Access,
  target: SavedTarget,
  { name, shared = 'private', schedule, ...content }: SavedInput,
): Promise<Saved> {
  await lockOwn(trx, access, target, Object.keys({ name, shared, schedule, ...content }))
  const isRescheduled = await setSchedule(trx, access, target.id, schedule)
  const text = JSON.stringify(content)
  await sql`update saved_analytics set name = ${name.trim()}, content = ${text}, shared = ${shared === 'everyone'},
      version = version + 1, updated_at = greatest(updated_at, date_trunc('milliseconds', now()))
    where id = ${target.id} and (${isRescheduled} or (name, content, shared) is distinct from
      (${name.trim()}::text, ${text}::jsonb, ${shared === 'everyone'}::boolean))`.execute(trx)
  return await readSaved(trx, access, target.kind, target.id)
}

/** Deletes a saved report or a dashboard. Throws like `replaceSaved`. */
export async function deleteSaved(trx: Transaction, access: Access, target: SavedTarget): Promise<void> {
  await lockOwn(trx, access, target, [])
  await trx.deleteFrom('saved_analytics').where('id', '=', target.id).execute()
}

async function setSchedule(trx: Transaction, access: Access, id: number, schedule: SavedInput['schedule']) {
  const { now } = access.context()
  const resolved = schedule ? scheduleOf(access, schedule) : null
  return await saveSchedule(trx, id, resolved, { scopes: access.caller.scopes, now })
}

async function lockOwn(
  trx: Transaction,
  access: Access,
  { kind, id, ifMatch }: SavedTarget,
  fields: readonly string[],
): Promise<void> {
  const saved = await visible(trx, access, kind).where('id', '=', id).forUpdate('saved_analytics').executeTakeFirst()
  if (!saved) throw new Problem(notFound[kind], { id })
  if (saved.ownerId !== access.caller.userId && !access.configures) throw new Problem('owned_by_another_user')
  requireVersion(saved.version, ifMatch, fields)
}

/** Selects what the caller owns, and what is shared with everyone. */
function visible(db: Database, { caller }: Access, kind: SavedKind) {
  return db
    .selectFrom('saved_analytics')
    .select(['id', 'version', 'name', 'owner_id as ownerId', 'created_at as createdAt', 'updated_at as updatedAt'])
    .select((columns) => columns.ref('content').$castTo<object>().as('content'))
    .select(sql<Saved['shared']>`case when shared then 'everyone' else 'private' end`.as('shared'))
    .select(shownSchedule(caller.userId).as('schedule'))
    .where('kind', '=', kind)
    .where((where) => where.or([where('shared', '=', true), where('owner_id', '=', caller.userId)]))
}
