import type { Operation } from './operations.ts'
import type { Goal, Measured } from './table.ts'
import type { Moved } from './transfer.ts'

const atConnections = 16

/** What was promised of the operations, and what was found, at 16 connections. */
export function operationGoals(operations: readonly Operation[], all: readonly Measured[]): Goal[] {
  const of = (name: string) => all.find((one) => one.operation === name && one.connections === atConnections)
  return operations.flatMap(({ name, goal, within, rowOnly }) => {
    const found = of(name)
    if (!found) return []
    const rate = found.kartoteka.median
    const base = within && of(within.of)
    return [
      ...(goal ? [ratio(`${name} of the bare route`, rate / found.bare.median, goal)] : []),
      ...(rowOnly && found.rowOnly
        ? [ratio(`${name} of a route that only writes the row`, rate / found.rowOnly.median, rowOnly.goal)]
        : []),
      ...(base && within ? [atMost(`${name}: time of ${within.of}`, base.kartoteka.median / rate, within.factor)] : []),
    ]
  })
}

/** The same of moving many rows. */
export function transferGoals(
  moved: Readonly<Record<'import' | 'copy' | 'export' | 'pages', Moved | undefined>>,
): Goal[] {
  const { import: imported, copy, export: exported, pages } = moved
  return [
    ...(imported && copy ? [ratio('import of COPY', imported.perSecond / copy.perSecond, 0.5)] : []),
    ...(imported?.peak ? [atMost('import: growth of memory, MB', imported.peak, 150)] : []),
    ...(exported && pages ? [ratio('export of reading the pages', exported.perSecond / pages.perSecond, 0.5)] : []),
    ...(exported?.peak ? [atMost('export: peak memory, MB', exported.peak, 200)] : []),
  ]
}

/** A figure that should be at least so much. */
export function ratio(what: string, found: number, wanted: number): Goal {
  return { what, wanted: `≥ ${wanted}`, found: found.toFixed(2), isMet: found >= wanted }
}

/** A figure that should be at most so much. */
export function atMost(what: string, found: number, wanted: number): Goal {
  return { what, wanted: `≤ ${wanted}`, found: String(Math.round(found * 100) / 100), isMet: found <= wanted }
}
