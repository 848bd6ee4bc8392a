import type { Spread } from './measure.ts'

/** What was measured of an operation at so many connections; rates per second. */
export interface Measured {
  operation: string
  connections: number
  database: Spread
  bare: Spread
  kartoteka: Spread
  /** Milliseconds that half of the requests to Kartoteka took at most. */
  p50: number
  /** A bare route that only writes the row. */
  rowOnly?: Spread
  /** CPU milliseconds of a request of Kartoteka. */
  cpu: { server: number; postgres: number }
}

/** A promise about a figure, and whether it was kept. */
export interface Goal {
  what: string
  wanted: string
  found: string
  isMet: boolean
}

const perSecond = (rate: number) => (rate >= 100 ? Math.round(rate).toLocaleString('en') : rate.toPrecision(3))
const spread = ({ median, least, greatest }: Spread) =>
  `${perSecond(median)} (${perSecond(least)}–${perSecond(greatest)})`

/** Rows as a table that stands in text and in Markdown. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** The table of all operations. */
export function measuredTable(all: readonly Measured[]): string {
  return table(
    ['operation', 'conn.', 'pg /s', 'bare /s', 'Kartoteka /s', 'of bare', 'of pg', 'p50 ms', 'CPU ms', 'Postgres ms'],
    all.map(({ operation, connections, database, bare, kartoteka, p50, cpu }) => [
      ...[operation, String(connections), spread(database), spread(bare), spread(kartoteka)],
      ...[(kartoteka.median / bare.median).toFixed(2), (kartoteka.median / database.median).toFixed(2)],
      String(p50),
      ...[cpu.server.toFixed(2), cpu.postgres.toFixed(2)],
    ]),
  )
}

/** The table of the goals. */
export function goalTable(goals: readonly Goal[]): string {
  return table(
    ['goal', 'wanted', 'found', ''],
    goals.map(({ what, wanted, found, isMet }) => [what, wanted, found, isMet ? 'met' : 'MISSED']),
  )
}
