import type { Operation } from './operations.ts'
import type { Goal, Measured } from './table.ts'
import type { Transfers } from './transfer.ts'

/** What was promised of the operations, and what was found: at 16 connections, unless it is said otherwise. */
export function operationGoals(operations: readonly Operation[], all: readonly Measured[]): Goal[] {
  const of = (name: string, connections = 16) =>
    all.find((one) => one.operation === name && one.connections === connections)
  return operations.flatMap(({ name, goal, within, rowOnly, alone, many }) => {
    const [found, single] = [of(name), of(name, 1)]
    if (!found || !single) return []
    const rate = found.kartoteka.median
    const base = within && of(within.of)
    return [
      ...(goal ? [ratio(`${name} of the bare route`, rate / found.bare.median, goal)] : []),
      ...(rowOnly && found.rowOnly
        ? [ratio(`${name} of a route that only writes the row`, rate / found.rowOnly.median, rowOnly.goal)]
        : []),
      ...(alone ? aloneGoals(single, alone) : []),
      ...(many ? manyGoals(single, many, of(many.of, 1)) : []),
      ...(base && within ? [atMost(`${name}: time of ${within.of}`, base.kartoteka.median / rate, within.factor)] : []),
    ]
  })
}

function aloneGoals({ operation, kartoteka, database, p50 }: Measured, wanted: { p50: number; ofDatabase: number }) {
  return [
    atMost(`${operation}: p50 of one connection, ms`, p50, wanted.p50),
    ratio(
      `${operation} of the statements alone, one connection`,
      kartoteka.median / database.median,
      wanted.ofDatabase,
    ),
  ]
}

function manyGoals({ operation, kartoteka }: Measured, many: NonNullable<Operation['many']>, one?: Measured): Goal[] {
  if (!one) return []
  const what = `${operation}: times ${many.of}, one connection each`
  return [ratio(what, (kartoteka.median * many.count) / one.kartoteka.median, many.factor)]
}

/** The same of moving and changing many rows. */
export function transferGoals({ bulk, ...moved }: Transfers): Goal[] {
  const { import: imported, copy, export: exported, pages } = moved
  return [
    ...(imported && copy ? [ratio('import of COPY', imported.perSecond / copy.perSecond, 0.5)] : []),
    ...(imported?.peak ? [atMost('import: growth of memory, MB', imported.peak, 150)] : []),
    ...(exported && pages ? [ratio('export of reading the pages', exported.perSecond / pages.perSecond, 0.5)] : []),
    ...(exported?.peak ? [atMost('export: peak memory, MB', exported.peak, 200)] : []),
    ...(bulk
      ? [
          atLeast(
            `bulk change of ${bulk.rows}, records/s (${bulk.reads.perSecond.toFixed(0)} reads/s beside it, slowest ${bulk.reads.slowest.toFixed(0)} ms)`,
            Math.round(bulk.perSecond),
            5000,
          ),
        ]
      : []),
  ]
}

function ratio(what: string, found: number, wanted: number): Goal {
  return { ...atLeast(what, found, wanted), found: found.toFixed(2) }
}

function atLeast(what: string, found: number, wanted: number): Goal {
  return { what, wanted: `≥ ${wanted}`, found: String(found), isMet: found >= wanted }
}

/** A figure that should be at most so much. */
export function atMost(what: string, found: number, wanted: number): Goal {
  return { what, wanted: `≤ ${wanted}`, found: String(Math.round(found * 100) / 100), isMet: found <= wanted }
}
