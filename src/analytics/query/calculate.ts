import type { sql } from 'kysely'
import { type MissingRates, requireRates } from '../../currencies/conversion.ts'
import type { Database } from '../../database/connect.ts'
import { statementOf, type TextRow } from '../../database/statement.ts'
import { valueReader } from '../../fields/scalar.ts'
import type { Value } from '../../fields/value.ts'
import type { GroupValue } from '../table.ts'
import type { Calculation, TopValues } from './calculation.ts'
import { functions } from './functions.ts'
import { type Read, readInSnapshot } from './read-in-snapshot.ts'
import type { Group, Measure, ResolvedQuery } from './resolved.ts'
import { type RowLayout, statementFor } from './statement.ts'

/** The measures of some records, as Postgres writes them. */
export interface Numbers {
  measures: readonly (string | null)[]
  /** The same by the place of a currency among the currencies of the query, and by its code. */
  byCurrency: Map<number, { currency: string | null; measures: readonly (string | null)[] }[]>
}

/** A group of records with its measures. */
export interface NumberRow extends Numbers {
  /** The value of each group. */
  values: GroupValue[]
  /** Whether it has the records that are in none of the largest groups, for each group. */
  others: boolean[]
}

/** What a query calculates. */
export interface Numbered {
  rows: NumberRow[]
  totals: Numbers
  tops: readonly TopValues[]
  missing: readonly MissingRates[]
}

/**
 * Calculates a query, and the same for the period that it is compared with, in one state of the database. Throws
 * `query_too_slow` and `rates_missing`.
 */
export async function calculate(
  db: Database,
  query: ResolvedQuery,
  time: number,
): Promise<{ found: Numbered; earlier: Numbered | null }> {
  const { groups, earlier } = query
  const all = await readInSnapshot(db, time, async (read) => {
    const tops: TopValues[] = []
    for (const group of groups) tops.push(group.top === null ? null : await readTop(read, query, group))
    const found = await readQuery(read, query, tops)
    return { found, earlier: earlier && (await readQuery(read, sameRows(earlier, found), tops)) }
  })
  requireRates([...all.found.missing, ...(all.earlier?.missing ?? [])])
  return all
}

/** The most rows of points in time that are compared. */
const mostCompared = 100_000

/** Returns a query for the same rows as another one, whose conditions and order the earlier period need not meet. */
function sameRows(query: ResolvedQuery, { rows }: Numbered): ResolvedQuery & Pick<Calculation, 'only'> {
  const isTimeline = query.groups[0]?.bucket !== null
  const only = isTimeline ? undefined : [...new Set(rows.map(({ values }) => values[0] ?? null))]
  return { ...query, having: null, limit: mostCompared, only }
}

async function readQuery(
  read: Read,
  query: ResolvedQuery & Pick<Calculation, 'only'>,
  tops: readonly TopValues[],
): Promise<Numbered> {
  return { ...(await readNumbers(read, { ...query, tops, limit: query.limit + 1 })), tops }
}

const countOfRecords: Measure = {
  ...{ key: 'count', fn: functions.count, kind: 'count', value: null, since: null },
  ...{ target: null, currency: null, percent: 0, part: null, label: functions.count.label },
}

/** Reads the values of the largest groups: by the first measure of the order, else by the first one that can be compared. */
async function readTop(read: Read, query: ResolvedQuery, group: Group): Promise<TopValues> {
  const by = query.sort.find(({ of }) => of === 'measure')
  const first = query.measures.find(({ currency }) => !currency || query.conversion) ?? countOfRecords
  const { rows } = await readNumbers(read, {
    ...query,
    groups: [{ ...group, top: null, other: false }],
    measures: [by ? query.measures[by.index]! : first],
    ...{ having: null, tops: [], limit: group.top ?? 0 },
    sort: [{ of: 'measure', index: 0, descending: true }],
  })
  return rows.map(({ values }) => values[0] as Value)
}

async function readNumbers(read: Read, calculation: Calculation): Promise<Omit<Numbered, 'tops'>> {
  const { statement, layout } = statementFor(calculation)
  const rows = await read(statementOf(statement as ReturnType<typeof sql<TextRow>>, { isText: true }))
  const all = rows.find((row) => row[layout.total] === '1' && row[layout.missing])
  const missing = JSON.parse(all?.[layout.missing] ?? '[]') as MissingRates[]
  const { conversion } = calculation
  if (!missing.length || !conversion) return { ...numbersIn(rows, layout, calculation), missing }
  // Only the exact days can be named.
  const { exactDay: day } = conversion
  if (conversion.day !== day) return await readNumbers(read, { ...calculation, conversion: { ...conversion, day } })
  return { ...numbersIn(rows, layout, calculation), missing }
}

function numbersIn(
  rows: readonly TextRow[],
  layout: RowLayout,
  calculation: Calculation,
): Pick<Numbered, 'rows' | 'totals'> {
  const textsAt = (row: TextRow, places: readonly number[]) => places.map((place) => row[place] ?? null)
  const byKey = new Map<string, NumberRow & { place: number }>()
  const totals = emptyRow()
  for (const row of rows) {
    const isTotal = row[layout.total] === '1'
    const keys = JSON.stringify([textsAt(row, layout.keys), textsAt(row, layout.others)])
    const found = isTotal ? totals : (byKey.get(keys) ?? emptyRow())
    if (!isTotal) byKey.set(keys, found)
    const by = Number(row[layout.by])
    if (by < 0) found.measures = textsAt(row, layout.measures)
    else {
      const amounts = found.byCurrency.get(by) ?? []
      amounts.push({ currency: row[layout.currencies[by]!] ?? null, measures: textsAt(row, layout.measures) })
      found.byCurrency.set(by, amounts)
    }
    found.place = Number(row[layout.place])
    found.values = layout.keys.map((place, index) => valueIn(row[place] ?? null, calculation.groups[index]!))
    found.others = textsAt(row, layout.others).map((text) => text === 't')
  }
  return { rows: [...byKey.values()].sort((a, b) => a.place - b.place), totals }
}

/** Returns the numbers of no records. */
export function emptyNumbers(): Numbers {
  return emptyRow()
}

function emptyRow(): NumberRow & { place: number } {
  return { measures: [], byCurrency: new Map(), values: [], others: [], place: 0 }
}

function valueIn(text: string | null, { bucket, target }: Group): GroupValue {
  if (text === null) return null
  return bucket ? bucket.read(text) : ((target.key?.read ?? valueReader(target.scalar))(text) as GroupValue)
}
