import type { Transaction } from '../../database/transaction.ts'
import type { Fault } from '../../errors/problem.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { createNamed, createsNamed, type Missing } from './create-named.ts'
import { type FoundRecord, RecordFinder } from './find-named.ts'
import { isPlainName, type NamedRecord, readingsOf } from './link-text.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow, NamedLink } from './row.ts'

/** A link of a row with the readings of its cell. */
interface ReadLink {
  row: ImportRow
  link: NamedLink
  readings: NamedRecord[][]
}

/** A name in the chosen reading of a cell, with the records that have it. */
interface FoundName {
  named: NamedRecord
  records: FoundRecord[]
  fault?: Pick<Fault, 'code'> | undefined
}

/**
 * Replaces the names of records in the cells of rows by the records. A name without a record, or with several, is
 * reported and left out. Companies of contacts are created if they do not exist. Returns how many were.
 */
export async function linkRecords(
  trx: Transaction,
  plan: MatchingPlan,
  rows: readonly ImportRow[],
  jobId: number | undefined,
): Promise<number> {
  const links = rows.flatMap((row) =>
    row.namedLinks().map((link): ReadLink => ({ row, link, readings: readingsOf(link.named, link.field, plan.grant) })),
  )
  const finder = new RecordFinder(plan)
  for (const { row, readings } of links) for (const named of readings.flat()) finder.seek(named, row)
  await finder.find(trx)
  const named = links.map((one) => ({ ...one, names: bestOf(one, finder, createsNamed(plan, one.link.field)) }))
  const created = await createMissing(trx, plan, named, jobId)
  for (const { row, link, names } of named) {
    for (const name of names) note(row, link, name)
    row.link(link, distinct(names.flatMap(({ records }) => (records.length === 1 ? records : []))).map(valueFor(link)))
  }
  return created
}

/**
 * Returns the first reading with a record for each name, else the one that separates records by semicolons. Another
 * reading that finds more records is better, unless the other names would become records: they may be one name with commas.
 */
function bestOf({ readings, row }: ReadLink, finder: RecordFinder, creates: boolean): FoundName[] {
  const found = readings.map((list) => list.map((named): FoundName => ({ named, records: finder.records(named, row) })))
  const whole = found.find((list) => list.every(({ records }) => records.length))
  const usual = whole ?? found[1] ?? found[0]!
  const count = (list: FoundName[]) => list.filter(({ records }) => records.length).length
  return whole || creates ? usual : found.reduce((best, next) => (count(next) > count(best) ? next : best), usual)
}

/** Creates the records that do not exist, for the fields where imports do so, and adds them to the names. */
async function createMissing(
  trx: Transaction,
  plan: MatchingPlan,
  links: readonly (ReadLink & { names: FoundName[] })[],
  jobId: number | undefined,
): Promise<number> {
  const missing = links.flatMap(({ row, link, names }) => {
    if (!createsNamed(plan, link.field)) return []
    return names.flatMap((name) => (name.records.length || !isPlainName(name.named) ? [] : [{ row, name }]))
  })
  if (!missing.length) return 0
  const asked = missing.map(({ row, name: { named } }): Missing => ({ row, named }))
  const { created, finder, refused } = await createNamed(trx, plan, asked, jobId)
  for (const { row, name } of missing) {
    name.records = finder.records(name.named, row)
    name.fault = refused.get(name.named.text)
  }
  return created
}

function note(row: ImportRow, { column }: NamedLink, { records, fault }: FoundName): void {
  if (records.length === 1) return
  const ids = records.map(({ id }) => id).join(', ')
  if (records.length) row.note('warning', column, { code: 'ambiguous_record', params: { ids } })
  else row.note('warning', column, fault ?? { code: 'unknown_record' })
}

function distinct(records: readonly FoundRecord[]): FoundRecord[] {
  return [...new Map(records.map((one) => [`${one.type} ${one.id}`, one])).values()]
}

/** Returns how the field of a link shows a record in a body. */
function valueFor({ field }: NamedLink): (record: FoundRecord) => unknown {
  if (field.settings.type === undefined) return (record) => record
  return kindOf(field).rows === 'link' ? ({ id }) => ({ id }) : ({ id }) => id
}
