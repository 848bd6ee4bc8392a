import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

/** A row of a CSV file, by column. */
export type Row = Readonly<Record<string, string>>

/** Returns the rows of a CSV file with a header. */
export function readRows(file: string): Row[] {
  return parse(readFileSync(file, 'utf8'), { columns: true, bom: true })
}
