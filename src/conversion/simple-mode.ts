import { sql } from 'kysely'
import { rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import type { State } from '../entities/change.ts'
import type { Problem } from '../errors/problem.ts'
import { integerColumn, readAllRows, rowOf } from '../fields/selection.ts'
import { isNothing } from '../fields/value.ts'
import type { SavedRecord } from '../records/list/read-record.ts'
import { type ReadingByIds, readingByIds } from '../records/query/reading-by-ids.ts'
import { viewOf } from '../records/query/record-json.ts'
import { storedRecords } from '../records/query/record-query.ts'
import { keptPerGrant } from '../records/query/selections.ts'
import type { OnCreated, OnCreatedOf, Outcome, WriteContext } from '../records/write/write-context.ts'
import { problemOf } from './conversion.ts'
import { convertLeads } from './convert.ts'
import type { Targets } from './request.ts'

/** In the simple mode new leads are converted at once, in the transaction that creates them. */
export const convertNewLeads: OnCreatedOf = ({ type, catalogue }) =>
  type.traits.has('conversion') && catalogue.lookups.settings.leadMode === 'simple' ? convertCreated : undefined

const convertCreated: OnCreated = async (trx, writing, created) => {
  const open = created.filter(({ after }) => after.get('stageSemantic') === 'process')
  const items = open.map(({ id, after }) => ({ id, targets: targetsOf(after) }))
  const problems: ReadonlyMap<number, Outcome> = await convertAll(trx, writing, items)
  const saved = writing.isSilent ? [] : await readSaved(trx, writing, items)
  return new Map([...saved.map((one): [number, Outcome] => [one.id, one]), ...problems])
}

/** Converts leads, and returns the outcomes of those that cannot be converted. */
export async function convertAll(
  trx: Transaction,
  writing: WriteContext,
  items: readonly { id: number; targets: Targets }[],
): Promise<Map<number, { problem: Problem; isWritten: true }>> {
  const outcomes = items.length ? await convertLeads(trx, writing, items) : []
  return new Map(
    outcomes.flatMap((outcome, index) => {
      const problem = 'state' in outcome ? problemOf(outcome) : outcome.problem
      return problem ? [[items[index]!.id, { problem, isWritten: true }] as const] : []
    }),
  )
}

/**
 * Returns what a lead is converted to by itself: a deal, a contact if it names a person and has no contact, and a company
 * if it names one and has none. A repeat lead has a client already, so only a deal is made of it.
 */
export function targetsOf(lead: State): Targets {
  const isNamed = (...keys: string[]) => keys.some((key) => !isNothing(lead.get(key)))
  const made = { fields: {} }
  if (lead.get('isRepeat') === true) return { deal: made }
  const isPerson = isNamed('firstName', 'lastName', 'phones', 'emails') && !isNamed('contacts')
  const isCompany = isNamed('companyTitle') && !isNamed('companyId')
  return { deal: made, ...(isPerson && { contact: made }), ...(isCompany && { company: made }) }
}

const views = keptPerGrant<ReadingByIds<SavedRecord>>()

async function readSaved(
  trx: Transaction,
  { grant }: WriteContext,
  items: readonly { id: number }[],
): Promise<SavedRecord[]> {
  const { selection, byIds } = views(grant, '', () => {
    const selection = rowOf<SavedRecord>({
      id: integerColumn(sql`record.id`),
      version: integerColumn(sql`record.version`),
      body: viewOf(grant.readable),
    })
    return { selection, byIds: readingByIds(grant, storedRecords(grant), selection, 'view') }
  })
  return readAllRows(selection, await rowsOf(trx, byIds({ ids: items.map(({ id }) => id) })))
}
