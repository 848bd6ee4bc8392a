import type { Transaction } from '../../database/transaction.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { createNamed, createsNamed, type Missing, type NewTitle } from './create-named.ts'
import { distinct, type FoundLink, type FoundName, findLinked, type ReadCell } from './find-linked.ts'
import { type FoundRecord, RecordFinder } from './find-named.ts'
import { isPlainName, readingsOf } from './link-text.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow, NamedLink } from './row.ts'

/** A link of a row with the readings of its cells. */
interface ReadLink {
  row: ImportRow
  link: NamedLink
  cells: ReadCell[]
}

/** A link of a row with the records that its cells name. */
type KnownLink = ReadLink & { found: FoundLink }

/** Why a record was not created, by its title. */
type Refused = ReadonlyMap<string, Pick<Fault, 'code'>>

/**
 * Replaces the names of records in the cells of rows by the records. A name without a record, or with several, is
 * reported and left out. Companies of contacts are created if they do not exist. Returns which were.
 */
export async function linkRecords(
  trx: Transaction,
  plan: MatchingPlan,
  rows: readonly ImportRow[],
  jobId: number | undefined,
): Promise<readonly NewTitle[]> {
  const links = rows.flatMap((row) => row.namedLinks().map((link) => readLink(row, link, plan.grant)))
  const finder = new RecordFinder(plan)
  for (const { row, cells } of links) {
    for (const named of cells.flatMap(({ readings }) => readings.flat())) finder.seek(named, row)
  }
  await finder.find(trx)
  const known = links.map((one): KnownLink => {
    const creates = createsNamed(plan, one.link.field) || titleBeside(plan.grant, one.link.field) !== undefined
    return { ...one, found: findLinked(one.row, one.cells, finder, creates) }
  })
  const { created, refused } = await createMissing(trx, plan, known, jobId)
  for (const { row, link, cells, found } of known) {
    const records = distinct(found.names.flatMap(({ records }) => (records.length === 1 ? records : [])))
    // The companies of earlier rows of a dry run do not exist.
    row.link(link, records.filter(({ id }) => id > 0).map(valueFor(link)))
    const isKept = !records.length && keepTitle(row, cells, titleBeside(plan.grant, link.field))
    for (const name of found.names) {
      note(
        row,
        found.column,
        name,
        refused.get(name.named.text) ?? { code: isKept ? 'kept_as_text' : 'unknown_record' },
      )
    }
    if (found.different)
      row.note('warning', found.column, { code: 'different_records', params: idsOf(found.different) })
  }
  return created
}

function readLink(row: ImportRow, link: NamedLink, grant: Grant): ReadLink {
  const cells = link.cells.map(({ column, named }) => ({ column, readings: readingsOf(named, link.field, grant) }))
  return { row, link, cells }
}

/** Creates the records that do not exist, for the fields where imports do so, and adds them to the names. */
async function createMissing(
  trx: Transaction,
  plan: MatchingPlan,
  links: readonly KnownLink[],
  jobId: number | undefined,
): Promise<{ created: readonly NewTitle[]; refused: Refused }> {
  const missing = links.flatMap(({ row, link, found }) => {
    if (!createsNamed(plan, link.field)) return []
    return found.names.flatMap((name) => (name.records.length || !isPlainName(name.named) ? [] : [{ row, name }]))
  })
  if (!missing.length) return { created: [], refused: new Map() }
  const asked = missing.map(({ row, name: { named } }): Missing => ({ row, named }))
  const { created, finder, refused } = await createNamed(trx, plan, asked, jobId)
  for (const { row, name } of missing) name.records = finder.records(name.named, row)
  return { created, refused }
}

/** Returns the field that holds the title of a linked record that does not exist: the company name of a lead. */
export function titleBeside({ writable }: Grant, { code, userFieldId }: Field): Field | undefined {
  return code === 'companyId' && userFieldId === null ? writable.get('companyTitle') : undefined
}

/** Keeps the name in a cell as a text, unless the row has another one. Returns whether it did. */
function keepTitle(row: ImportRow, cells: readonly ReadCell[], field: Field | undefined): boolean {
  const names = cells.map(({ column, readings: [whole] }) => ({ column, named: whole![0]! }))
  const name = names.find(({ named }) => isPlainName(named))
  if (!field || !name || row.textOf(field.path)) return false
  row.put({ field, into: 'value' }, name.named.text, name.column)
  return true
}

function note(row: ImportRow, column: string, { records }: FoundName, unknown: Pick<Fault, 'code'>): void {
  if (records.length > 1) row.note('warning', column, { code: 'ambiguous_record', params: idsOf(records) })
  else if (!records.length) row.note('warning', column, unknown)
}

function idsOf(records: readonly FoundRecord[]): { ids: string } {
  return { ids: records.map(({ id }) => id).join(', ') }
}

/** Returns how the field of a link shows a record in a body. */
function valueFor({ field }: NamedLink): (record: FoundRecord) => unknown {
  if (field.settings.type === undefined) return (record) => record
  return kindOf(field).rows === 'link' ? ({ id }) => ({ id }) : ({ id }) => id
}
