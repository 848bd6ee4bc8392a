import { type RawBuilder, sql } from 'kysely'
import { type Statement, sendTogether, statementOf, type TextRow } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'
import { type Change, pointerTo } from '../../entities/change.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { fileIds } from '../../fields/kinds/file-kind.ts'
import { isReference, kindOf } from '../../fields/kinds/kinds.ts'
import { linksWithout } from '../../fields/kinds/link-kinds.ts'
import { placeOfId } from '../../fields/named-ids.ts'
import { same, type Value } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { missingReference, survivorsOf } from '../query/merged-records.ts'
import { isReadableFile, lockedFiles } from '../query/readable-files.ts'
import { allRecords, recordsFor, restorableRecords, storedRecords } from '../query/record-query.ts'
import { type InverseRows, inverseFieldOf, inverseReadings } from './inverse-links.ts'
import { assignIds, idsAndUsers, moveSequencePast, type NewIds, newIds, sequenceOf, usersWithIds } from './new-ids.ts'
import { firstOwnCompany, isOwnCompany, ownCompanyFault, ownCompanyPlaces } from './own-company.ts'
import { listsOf, type WriteContext } from './write-context.ts'

/** A reference of a change to a record, user or file that must exist. */
interface Reference {
  change: Change
  pointer: string
  /** `user`, `file`, or the code of a record type. */
  to: string
  id: number
  /** Whether the record at the other end changes as well. */
  isMirrored?: boolean
  /** Whether the link is removed, so that the record may be deleted. */
  isGone?: boolean
  /** Returns a fault if the field does not accept the target. */
  misfit?(target: Target): Omit<Fault, 'pointer'> | undefined
}

/** The target of a reference, with the values that are checked. */
interface Target {
  id: number
  /** Only for a company. */
  isOwn?: boolean
  /** Only for a file. */
  name?: string
  size?: number
}

/** An external key that a change adds to its record. */
type NewKey = ExternalId & { change: Change; field: Field }

interface Found extends NewIds {
  ownCompany?: number | null
  taken?: { source: string; key: string; recordId: number; isVisible: boolean }[] | null
  [reference: `to_${number}`]: Target[] | null
}

const isCommunication = (field: Field) => kindOf(field).rows === 'communication'
const isExternal = (field: Field) => kindOf(field).rows === 'external_id'

/**
 * Reads in one statement what changes need from the database before they are written: ids for new records and values,
 * the default own company, whether referenced records and users exist (locked until the end of the transaction, so that
 * they cannot be deleted), and whether external keys are free. Each missing reference and taken key becomes a fault. A
 * change that already has faults gets these faults as well, but no ids and no defaults. Returns the inverse links of the
 * locked records.
 */
export async function resolveReferences(
  trx: Transaction,
  writing: WriteContext,
  changes: readonly Change[],
): Promise<InverseRows[]> {
  const { grant } = writing
  const good = changes.filter(({ faults }) => !faults.length)
  const created = good.filter(({ before }) => !before)
  const items = listsOf<Communication>(good, isCommunication).flatMap(({ after }) => after.filter(({ id }) => !id))
  const keys = listsOf<ExternalId>(changes, isExternal).flatMap(({ after, before, change, field }) =>
    after.filter((key) => !before.some((one) => same(one, key))).map((key) => ({ ...key, change, field })),
  )
  const references = referencesOf(changes, grant)
  const targets = [...Map.groupBy(references, ({ to, isMirrored = false }) => `${to} ${isMirrored}`).values()]
  if (!created.length && !items.length && !keys.length && !targets.length) return []

  const ownCompanies = ownCompanyPlaces(created)
  const counts = { sequence: sequenceOf(grant.type.table), count: created.length, items: items.length }
  const isPlain = !keys.length && !ownCompanies.length && targets.every(([first]) => first?.to === 'user')
  const statement: Statement<Found> = isPlain
    ? idsAndUsers({ ...counts, users: references.map(({ id }) => id) })
    : referencesStatement(writing, counts, { targets, keys, hasOwnCompany: ownCompanies.length > 0 })
  const inverse = inverseReadings(writing, good)
  const [rows, ...others] = await sendTogether<[Found, ...TextRow[]]>(trx, [
    statement,
    ...inverse.map((reading) => reading.statement),
  ])
  const found = rows[0]!
  assignIds(found, created, items)
  for (const { change, field } of ownCompanies) change.after.set(field.key, found.ownCompany ?? null)
  for (const [index, refs] of targets.entries()) await noteFaults(trx, grant, refs, found[`to_${index}`] ?? [])
  noteTaken(keys, found.taken ?? [])
  return inverse.map((reading, index) => ({ ...reading, rows: others[index] ?? [] }))
}

function referencesStatement(
  writing: WriteContext,
  { sequence, count, items }: { sequence: string; count: number; items: number },
  { targets, keys, hasOwnCompany }: { targets: Reference[][]; keys: readonly NewKey[]; hasOwnCompany: boolean },
): Statement<Found> {
  const { grant } = writing
  const locks = targets.map((refs, index) => sql`${sql.ref(`to_${index}`)} as (${targetRows(refs, writing)})`)
  const lists = targets.map(
    (_, index) =>
      sql`, (select json_agg(target) filter (where visible) from ${sql.ref(`to_${index}`)} as target) as ${sql.ref(`to_${index}`)}`,
  )
  const query = sql<Found>`
    ${locks.length ? sql`with ${sql.join(locks)}` : sql``} select ${newIds(sequence, count, items)},
      ${hasOwnCompany ? firstOwnCompany(grant) : sql`null`} as "ownCompany", ${takenKeys(grant, keys)} as taken ${sql.join(lists, sql``)}`
  return statementOf(query, { keep: { family: 'references', version: grant.catalogue.version } })
}

/** Adds a fault for each reference of a change that does not exist or that the caller may not read. Locks nothing. */
export async function addMissingFaults(trx: Transaction, writing: WriteContext, change: Change): Promise<void> {
  const references = referencesOf([change], writing.grant).map((one) => ({ ...one, isMirrored: false }))
  for (const refs of Map.groupBy(references, ({ to }) => to).values()) {
    const { rows } = await sql<Target & { visible: boolean }>`${targetRows(refs, writing)}`.execute(trx)
    const present = rows.filter(({ visible }) => visible)
    await noteFaults(trx, writing.grant, refs, present)
  }
}

/** Adds a fault for each external key that another record has, or that an earlier change in the list takes. */
function noteTaken(keys: readonly NewKey[], taken: NonNullable<Found['taken']>): void {
  const holders = new Map(taken.map(({ source, key, recordId }) => [JSON.stringify([source, key]), recordId]))
  const visible = new Set(taken.filter(({ isVisible }) => isVisible).map(({ recordId }) => recordId))
  for (const { source, key, change, field } of keys) {
    const name = JSON.stringify([source, key])
    const holder = holders.get(name) ?? change.id
    // A change that is rejected anyway does not take the key.
    if (!change.faults.length) holders.set(name, holder)
    if (holder === change.id) continue
    change.faults.push({
      pointer: pointerTo(field),
      code: 'duplicate_external_id',
      params: { source, key, ...(visible.has(holder) && { id: holder }) },
    })
  }
}

function takenKeys(grant: Grant, keys: readonly ExternalId[]): RawBuilder<unknown> {
  if (!keys.length) return sql`null`
  const asked = JSON.stringify(keys.map(({ source, key }) => ({ source, key })))
  return sql`(select json_agg(json_build_object('source', e.source, 'key', e.key, 'recordId', e.record_id,
      'isVisible', ${recordsFor(grant, 'read').and(sql`record.id = e.record_id`).exists()}))
    from external_id e join json_to_recordset(${asked}) as v (source text, key text) using (source, key)
    where e.type_id = ${grant.type.id} and e.active)`
}

/**
 * Returns SQL that locks the targets of references, in the order of their ids, and tells whether the caller may read
 * them. A revert and a merge write earlier references, so they accept every target, including records in the recycle bin.
 */
function targetRows(references: readonly Reference[], { grant, undoes, known }: WriteContext): RawBuilder<unknown> {
  const returns = undoes !== undefined || references.some(({ change }) => change.merging)
  const ids = [...new Set(references.map(({ id }) => id))]
  const { to = '', isMirrored } = references[0] ?? {}
  if (to === 'user') return usersWithIds(ids)
  if (to === 'file') return lockedFiles(ids, returns ? sql`true` : isReadableFile(grant))
  const other = grant.of(to)
  const isOwn = other.type.code === 'company' ? sql`record.is_my_company` : sql`null::boolean`
  const ours = known?.get(to)?.size ? sql`or record.id = any(${[...known.get(to)!]}::bigint[])` : sql``
  const visible = other.rows.read && !returns ? sql`((${other.rows.read}) ${ours}) is true` : sql`true`
  const records = returns ? restorableRecords(other) : allRecords(other)
  return records
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select(sql`record.id, ${isOwn} as "isOwn", ${visible} as visible`, {
      orderBy: sql`record.id`,
      lock: isMirrored ? 'noKeyUpdate' : 'keyShare',
    })
}

/** Returns the references that changes add. Earlier references stay valid, even if the caller may not read them. */
function referencesOf(changes: readonly Change[], grant: Grant): Reference[] {
  const fields = grant.type.fields.filter((field) => kindOf(field).pointsTo)
  const references: Reference[] = []
  for (const change of changes) {
    for (const field of fields) {
      const [before, after] = [change.before?.get(field.key) ?? null, change.after.get(field.key) ?? null]
      if (!same(before, after)) references.push(...referencesIn(field, change, grant, { before, after }))
    }
  }
  return references.map(({ misfit, ...one }) => (misfit && !one.change.merging ? { ...one, misfit } : one))
}

/** Returns the references that a change adds in a field. */
function referencesIn(
  field: Field,
  change: Change,
  grant: Grant,
  { before, after }: { before: Value; after: Value },
): Reference[] {
  const named = change.given.get(field.key)
  const about = (id: number, to = field.settings.type ?? '') => ({
    ...{ change, id, to },
    pointer: pointerTo(field) + placeOfId(named, id, to),
  })
  const { pointsTo, misfit, linked } = kindOf(field)
  if (isReference(field)) {
    const own = isOwnCompany(field) ? { misfit: ownCompanyFault } : {}
    return after === null ? [] : [{ ...about(Number(after)), ...own }]
  }
  // Read-only fields, such as `createdBy`, hold the caller.
  if (pointsTo === 'user' && !field.readOnly) {
    return added(before, after).map((id) => ({ ...about(Number(id)), to: 'user' }))
  }
  if (pointsTo === 'file') {
    const old = fileIds(before)
    const added = fileIds(after).filter((id) => !old.includes(id))
    return added.map((id) => ({ ...about(id), to: 'file', misfit: (file) => misfit?.(field, file) }))
  }
  if (!linked) return []
  const [old, present] = [linked(field, before ?? []), linked(field, after ?? [])]
  const isFree = change.faults.length || change.kept || change.merging
  const isMirrored = !isFree && inverseFieldOf(field, grant) !== undefined
  return [
    ...linksWithout(present, old).map(({ id, type }) => ({
      ...about(id, type),
      isMirrored,
      misfit: itselfFault(change, type),
    })),
    ...(isMirrored
      ? linksWithout(old, present).map(({ id, type }) => ({ ...about(id, type), isMirrored, isGone: true }))
      : []),
  ]
}

/** Returns the check that a record does not link to itself. */
function itselfFault({ type, id: own }: Change, to: string): NonNullable<Reference['misfit']> {
  return ({ id }) => (type.code === to && id === own ? { code: 'link_to_itself' } : undefined)
}

function added(before: Value, after: Value): Value[] {
  if (after === null) return []
  if (!Array.isArray(after)) return [after]
  return after.filter((one) => !(Array.isArray(before) && before.includes(one)))
}

/**
 * Returns the references without those of copied records to records that are copied later: to the same type, or to a
 * type that has no records yet. No new record gets the ids of these records.
 */
async function withoutLater(
  trx: Transaction,
  grant: Grant,
  missing: readonly Reference[],
): Promise<readonly Reference[]> {
  const later = missing.filter(({ change, to }) => change.kept && grant.catalogue.types.has(to))
  const [first] = later
  if (!first) return missing
  const { type } = grant.of(first.to)
  const isOwn = type.id === grant.type.id
  const isEmpty = sql<{ isEmpty: boolean }>`select not ${storedRecords(grant.of(first.to)).exists()} as "isEmpty"`
  if (!isOwn && !(await isEmpty.execute(trx)).rows[0]?.isEmpty) return missing
  await moveSequencePast(trx, type.table, Math.max(...later.map(({ id }) => id)))
  return missing.filter((one) => !later.includes(one))
}

/** Adds faults for targets that do not fit or do not exist. For a merged record, the fault names the survivor. */
async function noteFaults(
  trx: Transaction,
  grant: Grant,
  references: readonly Reference[],
  present: readonly Target[],
): Promise<void> {
  const byId = new Map(present.map((target) => [target.id, target]))
  const asked = references.filter(({ isGone }) => !isGone)
  for (const { change, pointer, id, misfit } of asked) {
    const target = byId.get(id)
    const fault = target && misfit?.(target)
    if (fault) change.faults.push({ pointer, ...fault })
  }
  const missing = await withoutLater(
    trx,
    grant,
    asked.filter(({ id }) => !byId.has(id)),
  )
  const [first] = missing
  if (!first) return
  const ids = missing.map(({ id }) => id)
  const isRecord = grant.catalogue.types.has(first.to)
  const survivors = isRecord ? await survivorsOf(trx, grant.of(first.to), ids) : new Map<number, number>()
  for (const { change, pointer, to: type, id } of missing) {
    change.faults.push({ pointer, ...missingReference(type, id, survivors.get(id)) })
  }
}
