import { sourceOf } from '../columns/header.ts'
import type { Transaction } from '../database/transaction.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { findRecords, type Sought } from './find-records.ts'
import { type NamedRecord, type Reading, readingsOf, soughtBy } from './link-text.ts'
import type { ImportPlan } from './plan.ts'
import type { ImportRow, NamedLink } from './row.ts'

/** A record that a cell names. */
export interface FoundRecord {
  type: string
  id: number
}

/** Finds the records that cells of a chunk name: `records` of a name, after `find`. */
export class RecordFinder {
  readonly #plan: ImportPlan
  readonly #source: string
  /** The number of each search, by type and content: rows repeat their companies. */
  readonly #searches = new Map<string, { type: string; search: number }>()
  readonly #sought = new Map<string, Sought[]>()
  readonly #found = new Map<string, ReadonlyMap<number, number[]>>()

  constructor(plan: ImportPlan) {
    this.#plan = plan
    this.#source = sourceOf(plan.header)
  }

  /** Adds a name to look for. */
  seek(named: NamedRecord, row: ImportRow): void {
    const reading: Reading = { context: { ...this.#plan.context, countries: row.countries }, source: this.#source }
    for (const grant of named.grants) {
      const name = nameOf(named, grant.type.code, row)
      if (this.#searches.has(name)) continue
      const search = this.#searches.size
      this.#searches.set(name, { type: grant.type.code, search })
      const sought = this.#sought.get(grant.type.code) ?? []
      this.#sought.set(grant.type.code, sought)
      for (const one of soughtBy(named, grant, reading)) sought.push({ search, ...one })
    }
  }

  /** Finds all names, one statement for each type of records. */
  async find(trx: Transaction): Promise<void> {
    for (const [type, sought] of this.#sought) {
      if (sought.length) this.#found.set(type, await findRecords(trx, this.#plan.grant.of(type), sought))
    }
  }

  records(named: NamedRecord, row: ImportRow): FoundRecord[] {
    return named.grants.flatMap(({ type: { code } }) => {
      const { search = -1 } = this.#searches.get(nameOf(named, code, row)) ?? {}
      return (this.#found.get(code)?.get(search) ?? []).map((id) => ({ type: code, id }))
    })
  }
}

function nameOf({ text, by }: NamedRecord, type: string, { countries }: ImportRow): string {
  return JSON.stringify([type, by, text, ...countries])
}

/** A link of a row with the readings of its cell. */
interface ReadLink {
  row: ImportRow
  link: NamedLink
  readings: NamedRecord[][]
}

/**
 * Replaces the names of records in the cells of rows by the records. A name without a record, or with several, is
 * reported and left out.
 */
export async function linkRecords(trx: Transaction, plan: ImportPlan, rows: readonly ImportRow[]): Promise<void> {
  const links = rows.flatMap((row) =>
    row.namedLinks().map((link): ReadLink => ({ row, link, readings: readingsOf(link.named, link.field, plan.grant) })),
  )
  if (!links.length) return
  const finder = new RecordFinder(plan)
  for (const { row, readings } of links) for (const named of readings.flat()) finder.seek(named, row)
  await finder.find(trx)
  for (const { row, link, readings } of links) {
    const found = bestOf(readings, (named) => finder.records(named, row))
    for (const { records } of found) note(row, link, records)
    row.link(link, distinct(found.flatMap(({ records }) => (records.length === 1 ? records : []))).map(valueFor(link)))
  }
}

/** Returns the first reading with a record for each name, else the one that separates records by semicolons. */
function bestOf(readings: readonly NamedRecord[][], recordsOf: (named: NamedRecord) => FoundRecord[]) {
  const found = readings.map((list) => list.map((named) => ({ named, records: recordsOf(named) })))
  return found.find((list) => list.every(({ records }) => records.length)) ?? found[1] ?? found[0]!
}

function note(row: ImportRow, { column }: NamedLink, records: readonly FoundRecord[]): void {
  if (records.length === 1) return
  const ids = records.map(({ id }) => id).join(', ')
  if (records.length) row.note('warning', column, { code: 'ambiguous_record', params: { ids } })
  else row.note('warning', column, { code: 'unknown_record' })
}

function distinct(records: readonly FoundRecord[]): FoundRecord[] {
  return [...new Map(records.map((one) => [`${one.type} ${one.id}`, one])).values()]
}

/** Returns how the field of a link shows a record in a body. */
function valueFor({ field }: NamedLink): (record: FoundRecord) => unknown {
  if (field.settings.type === undefined) return (record) => record
  return kindOf(field).rows === 'link' ? ({ id }) => ({ id }) : ({ id }) => id
}
