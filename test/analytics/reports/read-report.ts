import type { ReportTable } from '../../../src/analytics/table.ts'
import type { Api } from '../../api.ts'

/** Reads a report. */
export async function readReport(reader: Pick<Api, 'call'>, name: string, body: object): Promise<ReportTable> {
  const { status, body: table } = await reader.call('post', `/v1/analytics/${name}`, body)
  if (status !== 200) throw new Error(JSON.stringify([name, body, table]))
  return table
}

/** Returns the values of the rows of a report by their labels, and those of its totals. */
export function valuesOf({ rows, totals }: ReportTable): Record<string, Record<string, unknown>> {
  const all = [...rows, { label: 'totals', cells: totals.cells }]
  return Object.fromEntries(
    all.map(({ label, cells }) => [
      label,
      Object.fromEntries(Object.entries(cells).map(([key, { value }]) => [key, value])),
    ]),
  )
}

/** Returns an amount in the base currency. */
export const rub = (amount: string) => ({ amount, currency: 'RUB' })
