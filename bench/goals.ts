import type { Operation } from './operations.ts'
import type { Goal, Measurement } from './table.ts'
import type { Transfers } from './transfer.ts'

/** Returns the goals of the operations with the measured values: at 16 connections unless stated otherwise. */
export function operationGoals(operations: readonly Operation[], all: readonly Measurement[]): Goal[] {
  const of = (name: string, connections = 16) =>
    all.find((one) => one.operation === name && one.connections === connections)
  return operations.flatMap(({ name, goal, within, alone, many }) => {
    const single = of(name, 1)
    const found = of(name) ?? single
    if (!found || !single) return []
    const rate = found.kartoteka.median
    const base = within && of(within.of)
    return [
      ...(goal ? [ratio(`${name}, ratio to the bare route`, rate / found.bare.median, goal)] : []),
      ...(alone ? aloneGoals(single, alone) : []),
      ...(many ? manyGoals(single, many, of(many.of, 1)) : []),
      ...(base && within
        ? [atMost(`${name}: time relative to ${within.of}`, base.kartoteka.median / rate, within.factor)]
        : []),
    ]
  })
}

function aloneGoals(
  { operation, kartoteka, database, floor, p50 }: Measurement,
  wanted: NonNullable<Operation['alone']>,
) {
  const ofDatabase = kartoteka.median / database.median
  return [
    ...(wanted.p50 ? [atMost(`${operation}: p50 of one connection, ms`, p50, wanted.p50)] : []),
    ...(wanted.ofDatabase
      ? [ratio(`${operation}, ratio to the statements alone, one connection`, ofDatabase, wanted.ofDatabase)]
      : []),
    ...(wanted.ofFloor && floor
      ? [
          atMost(
            `${operation}: time relative to the floor, one connection`,
            floor.median / kartoteka.median,
            wanted.ofFloor,
          ),
        ]
      : []),
  ]
}

function manyGoals(
  { operation, kartoteka }: Measurement,
  many: NonNullable<Operation['many']>,
  one?: Measurement,
): Goal[] {
  if (!one) return []
  const what = `${operation}: speed-up over ${many.of}, one connection each`
  return [ratio(what, (kartoteka.median * many.count) / one.kartoteka.median, many.factor)]
}

/** Returns the goals of import, export and bulk changes. */
export function transferGoals({ bulk, ...moved }: Transfers): Goal[] {
  const { import: imported, copy, export: exported } = moved
  return [
    ...(imported && copy ? [ratio('import, ratio to COPY', imported.perSecond / copy.perSecond, 0.5)] : []),
    ...(imported?.kept ? [ratio('import, ratio to its first 100,000 rows', imported.kept, 0.7)] : []),
    ...(imported?.peak ? [atMost('import: memory growth, MB', imported.peak, 150)] : []),
    ...(exported?.peak ? [atMost('export: peak memory, MB', exported.peak, 200)] : []),
    ...(bulk
      ? [
          atLeast(
            `bulk change of ${bulk.rows}, records/s (${bulk.reads.perSecond.toFixed(0)} reads/s meanwhile, slowest ${bulk.reads.slowest.toFixed(0)} ms)`,
            Math.round(bulk.perSecond),
            5000,
          ),
        ]
      : []),
  ]
}

/** Returns a goal with a minimum ratio. */
export function ratio(what: string, found: number, wanted: number): Goal {
  return { ...atLeast(what, found, wanted), found: found.toFixed(2) }
}

function atLeast(what: string, found: number, wanted: number): Goal {
  return { what, wanted: `≥ ${wanted}`, found: String(found), isMet: found >= wanted }
}

/** Returns a goal with a maximum. */
export function atMost(what: string, found: number, wanted: number): Goal {
  return { what, wanted: `≤ ${wanted}`, found: String(Math.round(found * 100) / 100), isMet: found <= wanted }
}
