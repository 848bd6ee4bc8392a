import type { Spread } from './measure.ts'

/** The measurements of an operation at a number of connections. Rates are per second. */
export interface Measurement {
  operation: string
  connections: number
  database: Spread
  bare: Spread
  kartoteka: Spread
  /** Median time of a request to Kartoteka, in milliseconds. */
  p50: number
  /** The rate of a bare route that only writes the row. */
  rowOnly?: Spread
  /** CPU time per request to Kartoteka, in milliseconds. */
  cpu: { server: number; postgres: number }
}

/** A goal for a measured value, and whether it is met. */
export interface Goal {
  what: string
  wanted: string
  found: string
  isMet: boolean
}

const perSecond = (rate: number) => (rate >= 100 ? Math.round(rate).toLocaleString('en') : rate.toPrecision(3))
const spread = ({ median, least, greatest }: Spread) =>
  `${perSecond(median)} (${perSecond(least)}–${perSecond(greatest)})`

/** Formats rows as a Markdown table that is also readable as text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Formats the measurements of all operations. */
export function measuredTable(all: readonly Measurement[]): string {
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

/** Formats the goals. */
export function goalTable(goals: readonly Goal[]): string {
  return table(
    ['goal', 'wanted', 'found', ''],
    goals.map(({ what, wanted, found, isMet }) => [what, wanted, found, isMet ? 'met' : 'MISSED']),
  )
}
