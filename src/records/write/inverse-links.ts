import { sql } from 'kysely'
import type { Part, Statement, TextRow } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import { instantOf } from '../../fields/json-texts.ts'
import { isInRows, kindOf } from '../../fields/kinds/kinds.ts'
import type { Link } from '../../fields/kinds/link-kinds.ts'
import { always, column, integerColumn, mapped, readAllRows, rowOf, textStatement } from '../../fields/selection.ts'
import { same, type Value } from '../../fields/value.ts'
import { historyInsert } from '../../history/write.ts'
import type { Grant } from '../../rights/grant.ts'
import { allRecords, restorableRecords } from '../query/record-query.ts'
import { newVersions, timeAfter } from './change-time.ts'
import { placeLinks } from './save-rows.ts'
import { listsOf, type WriteContext } from './write-context.ts'

/** The records at the other end of changed links. Their inverse links change as well. */
export interface InverseLinks {
  field: Field
  grant: Grant
  records: { id: number; version: number; at: Date; before: Link[]; after: Link[] }[]
}

/** Returns the field that shows the same links from the other end, if there is one. */
export function inverseFieldOf(field: Field, grant: Grant): Field | undefined {
  const { type, relation, back = false } = field.settings
  return grant.catalogue.types
    .get(type ?? '')
    ?.fields.find(
      (other) =>
        isInRows(other, 'link') && other.settings.relation === relation && (other.settings.back ?? false) !== back,
    )
}

/** The statement that reads the inverse links of a field, at the other ends of links that changes add or remove. */
export interface InverseReading {
  field: Field
  mirror: Field
  grant: Grant
  statement: Statement<TextRow>
}

/** Returns the statements that read the inverse links. The records at the other ends must be locked. */
export function inverseReadings({ grant, undoes }: WriteContext, changes: readonly Change[]): InverseReading[] {
  return grant.type.fields.flatMap((field) => {
    const mirror = isInRows(field, 'link') ? inverseFieldOf(field, grant) : undefined
    const ids = mirror ? [...editsOf(field, changes).keys()] : []
    if (!mirror || !ids.length) return []
    const other = grant.of(field.settings.type ?? '')
    const read = (undoes === undefined ? allRecords(other) : restorableRecords(other))
      .and(sql`record.id = any(${ids}::bigint[])`)
      .select(inverseRow(mirror).columns, { orderBy: sql`record.id` })
    const keep = { family: 'inverse', version: grant.catalogue.version }
    return [{ field, mirror, grant: other, statement: textStatement(read, keep) }]
  })
}

/** The inverse links of a field as they were before the changes. */
export type InverseRows = InverseReading & { rows: readonly TextRow[] }

/**
 * Computes the inverse links of the records at the other end, which are locked. If a primary link is removed,
 * the next link becomes primary. An added link becomes primary if there was none. A revert puts links back in their old
 * places, also in records in the recycle bin.
 */
export async function inverseLinksOf(
  trx: Transaction,
  { undoes, context }: WriteContext,
  read: readonly InverseRows[],
  changes: readonly Change[],
): Promise<InverseLinks[]> {
  const sides: InverseLinks[] = []
  for (const { field, mirror, grant, rows } of read) {
    const edits = editsOf(field, changes)
    const origins = undoes === undefined ? undefined : await originsOf(trx, undoes, mirror, [...edits.keys()])
    const records = readAllRows(inverseRow(mirror), rows).flatMap(({ id, version, last, list, unseen }) => {
      const edit = edits.get(id)
      // A change that was rejected meanwhile edits nothing.
      if (!edit) return []
      const after = edited(list, unseen, edit, origins?.get(id))
      return [{ id, version: version + 1, at: timeAfter(context.now, last), before: list, after }]
    })
    if (records.length) sides.push({ field: mirror, grant, records })
  }
  return sides
}

/** Selects a record with its inverse links, including those that responses hide. */
function inverseRow(field: Field) {
  const { shown, whole = shown, unseen } = kindOf(field)
  return rowOf({
    id: integerColumn(sql`record.id`),
    version: integerColumn(sql`record.version`),
    last: column(sql`record.updated_at`, instantOf, null),
    list: mapped(whole(field), (text) => JSON.parse(text) as Link[]),
    unseen: unseen?.(field) ?? always([]),
  })
}

interface Edit {
  add: number[]
  remove: number[]
}

function editsOf(field: Field, changes: readonly Change[]): Map<number, Edit> {
  const edits = new Map<number, Edit>()
  // The other records of a copy bring their own lists. A merge moves the links at the other end itself.
  const notCopied = changes.filter(({ kept, merging }) => !kept && !merging)
  const edit = (id: number) => edits.get(id) ?? edits.set(id, { add: [], remove: [] }).get(id)!
  for (const { change, before, after } of listsOf<Link>(notCopied, (one) => one === field)) {
    for (const { id } of after) if (!before.some((one) => one.id === id)) edit(id).add.push(change.id)
    for (const { id } of before) if (!after.some((one) => one.id === id)) edit(id).remove.push(change.id)
  }
  return edits
}

function edited(
  list: readonly Link[],
  unseen: readonly Value[],
  { add, remove }: Edit,
  origin: Origin = { before: [], after: null },
): Link[] {
  const all = insertLinks(
    list.filter(({ id }) => !remove.includes(id)),
    add,
    origin.before,
  )
  // A primary link that was chosen after the reverted change is kept.
  const claim = origin.after && primaryOf(list) === primaryOf(origin.after) ? primaryOf(origin.before) : undefined
  const primary =
    all.find(({ id }) => id === claim) ??
    all.find((one) => one.primary) ??
    all.find(({ id }) => !unseen.includes(id)) ??
    all[0]
  return all.map((one) => ({ id: one.id, primary: one === primary }))
}

/**
 * Returns the statements that write the order and primary of inverse links, with new versions and history. The links
 * themselves must exist.
 */
export function inverseStatements(writing: WriteContext, sides: readonly InverseLinks[]): Part[] {
  const { userId } = writing.context
  return sides.flatMap(({ field, grant, records }) => {
    const linkedType = grant.catalogue.types.get(field.settings.type ?? '')!.id
    const rows = records.flatMap(({ id, before, after }) =>
      after.flatMap((link, sort) =>
        same(before[sort], link) ? [] : [{ own: id, other: link.id, sort, primary: link.primary }],
      ),
    )
    const entries = records.map(({ id, version, at, before, after }) => ({
      typeId: grant.type.id,
      recordId: id,
      version,
      at,
      kind: 'changed' as const,
      changes: { [field.key]: [before, after] as [Link[], Link[]] },
    }))
    return [
      newVersions(grant, entries, userId),
      historyInsert(entries, { actorId: userId, via: writing.via, jobId: writing.jobId }),
      ...(rows.length ? [placeLinks(field, linkedType, rows)] : []),
    ]
  })
}

/** A list of links before and after a job changed it. */
interface Origin {
  before: readonly Link[]
  after: readonly Link[] | null
}

/** Reads the lists of inverse links that a job changed, by record id. */
async function originsOf(
  trx: Transaction,
  jobId: number,
  { key, typeId }: Field,
  ids: readonly number[],
): Promise<Map<number, Origin>> {
  const { rows } = await sql<Origin & { id: number }>`
    select record_id as id, (array_agg(changes -> ${key} -> 0 order by version))[1] as before,
      (array_agg(changes -> ${key} -> 1 order by version desc))[1] as after
    from history where type_id = ${typeId} and record_id = any(${ids}) and job_id = ${jobId} and changes ? ${key}
    group by record_id`.execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Returns the id of the primary link of a list. */
function primaryOf(list: readonly Link[]): number | undefined {
  return list.find(({ primary }) => primary)?.id
}

/** Returns the list with the ids inserted: each at its place in the earlier list, new ids at the end. */
function insertLinks(list: readonly Link[], ids: readonly number[], before: readonly Link[]): Link[] {
  const all = [...list]
  const places = new Map(before.map(({ id }, place) => [id, place]))
  const placeOf = (id: number) => places.get(id) ?? before.length
  for (const id of ids.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const [link, place] = [{ id, primary: false }, placeOf(id)]
    const last = all.findLastIndex((one) => placeOf(one.id) < place)
    all.splice(places.has(id) ? last + 1 : all.length, 0, link)
  }
  return all
}
