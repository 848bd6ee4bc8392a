import { expect } from '@jest/globals'
import type { Cell, ReportTable } from '../../src/analytics/table.ts'
import type { Api } from '../api.ts'

/** Sends a query about deals and returns its table. */
export async function query(api: Pick<Api, 'call'>, body: object): Promise<ReportTable> {
  const { status, body: table } = await api.call('post', '/v1/analytics/query', { type: 'deal', ...body })
  if (status !== 200) throw new Error(JSON.stringify([body, table]))
  return table
}

/** Returns how many records the list of a cell has. */
export async function countListed(api: Pick<Api, 'call'>, { list }: Cell): Promise<number> {
  const { path, body } = list!
  const { status, body: page } = await api.call('post', path, { ...body, fields: ['id'], limit: 1, count: 'exact' })
  if (status !== 200) throw new Error(JSON.stringify([body, page]))
  return page.total
}

/** Expects that the list of every cell of a table has as many records as the cell of the count in its row says. */
export async function expectListed(api: Pick<Api, 'call'>, table: ReportTable, countKey: string): Promise<void> {
  const counts = table.columns.filter(({ kind }) => kind === 'count').map(({ key }) => key)
  const listed = new Map<string, number>()
  for (const { cells, label } of [...table.rows, { ...table.totals, label: 'totals' }]) {
    for (const [key, cell] of Object.entries(cells)) {
      const value = (counts.includes(key) ? cell : cells[countKey]!).value
      const name = JSON.stringify(cell.list)
      const total = listed.get(name) ?? (await countListed(api, cell))
      listed.set(name, total)
      expect([label, key, total, cell.list]).toEqual([label, key, value, cell.list])
    }
  }
}
