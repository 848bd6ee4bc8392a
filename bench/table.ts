import type { Cpu, Spread } from './measure.ts'

/** Rates with the mean CPU time of a request, in milliseconds. */
export interface CostedSpread extends Spread {
  cpu: Cpu
}

/** The measurements of an operation at a number of connections. Rates are per second. */
export interface Measurement {
  operation: string
  connections: number
  database: Spread
  bare: Spread
  /** Missing if the floor has no counterpart of the operation. */
  floor?: CostedSpread
  kartoteka: CostedSpread
  /** Median time of a request to Kartoteka, in milliseconds. */
  p50: number
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

const cpuTime = ({ cpu }: CostedSpread) => `${cpu.server.toFixed(2)} + ${cpu.postgres.toFixed(2)}`

/** Formats rows as a Markdown table that is also readable as text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Formats the measurements of all operations: first beside the floor, then beside the statements of Kartoteka. */
export function measuredTable(all: readonly Measurement[]): string {
  return table(
    [
      ...['operation', 'conn.', 'floor /s', 'of floor', 'Kartoteka /s', 'floor CPU ms', 'CPU ms', 'p50 ms'],
      ...['bare /s', 'of bare', 'pg /s', 'of pg'],
    ],
    all.map(({ operation, connections, database, bare, floor, kartoteka, p50 }) => {
      const of = (reference: Spread) => (kartoteka.median / reference.median).toFixed(2)
      return [
        ...[operation, String(connections), floor ? spread(floor) : '', floor ? of(floor) : '', spread(kartoteka)],
        ...[floor ? cpuTime(floor) : '', cpuTime(kartoteka), String(p50)],
        ...[spread(bare), of(bare), spread(database), of(database)],
      ]
    }),
  )
}

/** Formats goals. */
export function goalTable(goals: readonly Goal[]): string {
  return table(
    ['goal', 'wanted', 'found', ''],
    goals.map(({ what, wanted, found, isMet }) => [what, wanted, found, isMet ? 'met' : 'MISSED']),
  )
}
