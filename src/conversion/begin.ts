import { sql } from 'kysely'
import { rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { integerColumn, readAllRows, rowOf } from '../fields/selection.ts'
import { missingAmong, missingReference } from '../records/query/merged-records.ts'
import { type ReadingByIds, readingByIds } from '../records/query/reading-by-ids.ts'
import { viewOf } from '../records/query/record-json.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { keptPerGrant } from '../records/query/selections.ts'
import { lockAndRead } from '../records/write/lock-records.ts'
import { lockInOrder, type PlannedWrites } from '../records/write/locks.ts'
import { preconditionProblems } from '../records/write/precondition.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import type { Body } from './carry.ts'
import type { Conversion, ConversionItem, ConversionOutcome } from './conversion.ts'
import { idsOf, lastConversions } from './conversion-rows.ts'
import { isChosen, type TargetName, targetNames } from './request.ts'

/**
 * Locks the leads and the chosen records, reads the leads, and finds what prevents a conversion from the start: the lead
 * is unknown, was changed meanwhile or is already converted, or a chosen record does not exist.
 */
export async function beginConversions(
  trx: Transaction,
  writing: WriteContext,
  items: readonly ConversionItem[],
): Promise<ConversionOutcome[]> {
  const { grant } = writing
  const ids = items.map(({ id }) => id)
  await lockInOrder(trx, [
    { grant, items },
    ...targetNames.map((name) => ({ grant: grant.of(name), items: items.flatMap((item) => planned(item, name)) })),
  ])
  // These names make the links of the leads part of their states.
  const input = { stageId: null, companyId: null, contacts: null }
  const { locked, present } = await lockAndRead(trx, grant, ids, [{ input }])
  const clashes = await preconditionProblems(trx, grant, items, locked.versions)
  const last = await lastConversions(trx, grant, [...present.keys()])
  const bodies = await readBodies(trx, grant, [...present.keys()])
  const outcomes = items.map((item): ConversionOutcome => {
    const state = present.get(item.id)?.state
    const clash = clashes.get(item.id)
    if (clash || !state) return { problem: clash ?? locked.refusal(item.id) }
    const earlier = last.get(item.id)
    if (earlier?.undoneAt === null) {
      const extra = { conversion: idsOf(earlier.targets) }
      return { problem: new Problem('already_converted', { id: item.id }, { extra }) }
    }
    return { ...item, state, body: bodies.get(item.id)!, bodies: {}, made: {}, faults: [] }
  })
  const begun = outcomes.filter((one) => 'state' in one)
  for (const conversion of begun) refuseRepeat(conversion)
  for (const name of targetNames) await findChosen(trx, grant.of(name), { name, conversions: begun })
  return outcomes
}

function planned({ targets }: ConversionItem, name: TargetName): PlannedWrites['items'] {
  const target = targets[name]
  if (!target) return []
  return [isChosen(target) ? { id: target.id } : { input: target.fields }]
}

/** A repeat lead comes from a known client, so only a deal is made of it. */
function refuseRepeat({ targets, state, faults }: Conversion): void {
  if (state.get('isRepeat') !== true) return
  for (const name of targetNames) {
    if (name !== 'deal' && targets[name]) faults.push({ pointer: `/${name}`, code: 'repeat_lead_to_deal' })
  }
}

/** Adds the chosen records of one type to the conversions, and a fault for each that the caller may not read. */
async function findChosen(
  trx: Transaction,
  grant: Grant,
  { name, conversions }: { name: TargetName; conversions: readonly Conversion[] },
): Promise<void> {
  const chosen = conversions.flatMap((conversion) => {
    const target = conversion.targets[name]
    return target && isChosen(target) ? [{ conversion, id: target.id }] : []
  })
  if (!chosen.length) return
  const missing = await missingAmong(
    trx,
    grant,
    chosen.map(({ id }) => id),
  )
  for (const { conversion, id } of chosen) {
    if (missing.has(id))
      conversion.faults.push({ pointer: `/${name}/id`, ...missingReference(name, id, missing.get(id)) })
    else conversion.made[name] = { id, isNew: false }
  }
}

interface View {
  id: number
  body: string
}

const views = keptPerGrant<ReadingByIds<View>>()

/** Reads records as the caller sees them. */
export async function readBodies(trx: Transaction, grant: Grant, ids: readonly number[]): Promise<Map<number, Body>> {
  const { selection, byIds } = views(grant, '', () => {
    const selection = rowOf<View>({ id: integerColumn(sql`record.id`), body: viewOf(grant.readable) })
    return { selection, byIds: readingByIds(grant, recordsFor(grant, 'read'), selection, 'view') }
  })
  const rows = readAllRows(selection, await rowsOf(trx, byIds({ ids })))
  return new Map(rows.map(({ id, body }) => [id, JSON.parse(body) as Body]))
}
