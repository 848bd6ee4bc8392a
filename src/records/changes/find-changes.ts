import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Fault, invalid, Problem, readAll } from '../../errors/problem.ts'
import { instantIn } from '../../fields/kinds/time-kinds.ts'
import { integerColumn, readRows, rowOf } from '../../fields/selection.ts'
import {
  type ChangeOrder,
  type ChangePosition,
  findPlaceOf,
  isPruned,
  readChangeOrder,
  readSettled,
} from '../../history/order.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { rightsMark } from '../../rights/rights-mark.ts'
import { type Projection, parseProjection, type Wanted } from '../list/parse-projection.ts'
import { type Expandable, expand, linksOf } from '../query/expand.ts'
import { viewOf } from '../query/record-json.ts'
import { recordsFor } from '../query/record-query.ts'
import { findRemoved, type RemovedRecord } from './removed-records.ts'

/** A request for the changes of records. */
export interface ChangesRequest extends Wanted {
  /** Where to begin: `changedSince` of a page, an instant, or `now`. */
  since: string
  limit: number
  /** Names of parameters that changes do not have. */
  unfit: readonly string[]
}

/** A page of changed records as JSON, in the order of changes. */
export interface Changes {
  records: string[]
  deleted: RemovedRecord[]
  /** What to send for the changes after this page. */
  changedSince: string
  /** Whether there are more of them now. */
  isMore: boolean
}

/** A place in the changes of a type, as one caller sees them. */
interface ChangeCursor extends ChangePosition {
  type: string
  userId: number
  generation: string
  rights: string
}

const inUrl = { parameter: 'changedSince' }
const expandPlace = { parameter: 'expand' }

/** The most entries that one page reads, and that it reads at once. Most may be of records that the caller may not read. */
const [mostPassed, mostAtOnce] = [10_000, 2000]

/**
 * Reads a page of the records that were changed or deleted, each once, as it is now. So an older version never comes
 * after a newer one. Throws the faults of the request, and `changes_expired` when the caller has to begin anew.
 */
export async function findChanges(
  db: Database,
  access: Access,
  typeCode: string,
  request: ChangesRequest,
  cursors: Cursors,
): Promise<Changes> {
  const grant = access.grant(typeCode)
  const { projection } = readAll({
    projection: () => parseProjection(grant, request, { fields: { parameter: 'fields' }, expand: expandPlace }),
    unfit: () => refuseUnfit(request),
  })
  const { userId } = access.caller
  const order = await readChangeOrder(db)
  const whose = { type: `${typeCode}/changes`, userId }
  const now = { generation: order.generation, rights: await rightsMark(db, userId) }
  const readCursor = (text: string): ChangePosition | undefined => {
    const cursor = cursors.read<ChangeCursor>(text, whose, inUrl)
    const isCurrent = cursor.generation === now.generation && cursor.rights === now.rights
    return isCurrent && !isPruned(cursor, order) ? cursor : undefined
  }
  const page = { ...projection, limit: request.limit, end: order.end }
  const place = await findPlace(db, request.since, order, readCursor)
  const { found, removed, next, isMore } = await readChanges(db, grant, place, page)
  return {
    records: await expand(db, grant, projection.links, found, expandPlace),
    deleted: removed,
    isMore,
    changedSince: cursors.write({ ...whose, ...now, ...next } satisfies ChangeCursor),
  }
}

function refuseUnfit({ unfit }: ChangesRequest): void {
  const faults = unfit.map((name): Fault => ({ parameter: name, code: 'not_with_changed_since', params: { name } }))
  if (faults.length) throw invalid(faults)
}

/** The form of a cursor. What is shorter was meant as an instant. */
const cursorForm = /^[\w-]{60,}$/

/** Returns the place where a request begins. Throws `changes_expired` and the fault of another text. */
async function findPlace(
  db: Database,
  since: string,
  order: ChangeOrder,
  readCursor: (text: string) => ChangePosition | undefined,
): Promise<ChangePosition> {
  if (since === 'now') return order.end
  const instant = instantIn(since)
  if (instant === undefined && !cursorForm.test(since)) throw invalid([{ ...inUrl, code: 'invalid_changed_since' }])
  const place = instant === undefined ? readCursor(since) : await findPlaceOf(db, instant, order)
  if (!place) throw new Problem('changes_expired')
  return { transaction: place.transaction, id: place.id }
}

/** What a page shows of records, how many, and where it ends at the latest. */
interface ChangePage extends Projection {
  limit: number
  end: ChangePosition
}

/** The records of a page, and the place after the last of them. */
interface FoundChanges {
  found: Expandable[]
  removed: RemovedRecord[]
  next: ChangePosition
  isMore: boolean
}

/**
 * Reads the records of the entries after a place, until the page is full and another record follows. So neither the size of
 * a page nor its end depends on records that the caller may not read.
 */
async function readChanges(
  db: Database,
  grant: Grant,
  after: ChangePosition,
  { limit, end, ...projection }: ChangePage,
): Promise<FoundChanges> {
  const hiddenKeys = grant.type.fields.filter(({ path }) => !grant.readable.has(path)).map(({ key }) => key)
  const [found, removed, seen] = [[] as Expandable[], [] as RemovedRecord[], new Set<number>()]
  let [next, passed] = [after, 0]
  for (let size = limit + 1; passed < mostPassed; size = Math.min(2 * size, mostAtOnce)) {
    const entries = await readSettled(db, { typeId: grant.type.id, after: next, end, hiddenKeys, limit: size })
    const ids = [...new Set(entries.map(({ recordId }) => recordId))].filter((id) => !seen.has(id))
    const present = await readPresent(db, grant, ids, projection)
    const absent = ids.filter((id) => !present.has(id))
    const gone = new Map((await findRemoved(db, grant, absent, next)).map((one) => [one.id, one]))
    for (const { recordId, transaction, id } of entries) {
      const [record, missing] = seen.has(recordId) ? [] : [present.get(recordId), gone.get(recordId)]
      if ((record || missing) && found.length + removed.length === limit) return { found, removed, next, isMore: true }
      if (record) found.push(record)
      else if (missing) removed.push(missing)
      seen.add(recordId)
      next = { transaction, id }
    }
    if (entries.length < size) return { found, removed, next: end, isMore: false }
    passed += entries.length
  }
  return { found, removed, next, isMore: true }
}

/** Reads those of the records that the caller may read, by id. */
async function readPresent(
  db: Database,
  grant: Grant,
  ids: readonly number[],
  { fields, links }: Projection,
): Promise<ReadonlyMap<number, Expandable>> {
  if (!ids.length) return new Map()
  const row = rowOf({ id: integerColumn(sql`record.id`), body: viewOf(grant.readable, fields), links: linksOf(links) })
  const rows = await readRows(
    db,
    row,
    (columns) => recordsFor(grant, 'read').and(sql`record.id = any(${ids}::bigint[])`).select(columns),
    { family: 'changed', version: grant.catalogue.version },
  )
  return new Map(rows.map((one) => [one.id, one]))
}
