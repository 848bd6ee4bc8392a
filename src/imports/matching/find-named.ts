import type { Transaction } from '../../database/transaction.ts'
import { findRecords } from './find-records.ts'
import { type NamedRecord, type Reading, soughtBy } from './link-text.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow } from './row.ts'
import type { Sought } from './sought.ts'

/** A record that a cell names. */
export interface FoundRecord {
  type: string
  id: number
}

/** Finds the records that cells of a chunk name: `records` of a name, after `find`. */
export class RecordFinder {
  readonly #plan: MatchingPlan
  readonly #source: string
  /** The number of each search, by type and content: rows repeat their companies. */
  readonly #searches = new Map<string, { type: string; search: number }>()
  readonly #sought = new Map<string, Sought[]>()
  readonly #found = new Map<string, ReadonlyMap<number, number[]>>()

  constructor(plan: MatchingPlan) {
    this.#plan = plan
    this.#source = plan.source
  }

  /** Adds a name to look for. */
  seek(named: NamedRecord, row: ImportRow): void {
    const reading: Reading = {
      context: { ...this.#plan.context, countries: row.countries.usual },
      source: this.#source,
    }
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
      if (sought.length) this.#found.set(type, await findRecords(trx, this.#plan.grant.of(type), sought, this.#plan))
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
  return JSON.stringify([type, by, text, ...countries.usual])
}
