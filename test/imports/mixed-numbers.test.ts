import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Imports deals with these amounts. Returns what is said about the column, the faults, and the stored amounts. */
async function imported(prefix: string, amounts: readonly string[], query = '') {
  const lines = amounts.map((amount, index) => `${prefix}${index + 1};${amount}`)
  const { result, faults } = await importedJob(api, ['Title;Amount', ...lines].join('\n'), { path: 'deals', query })
  const { numberFormat, formatReason, isAmbiguous } = result.columns[1]
  const { body } = await api.call('get', `/v1/deals?filter[title][startsWith]=${prefix}&sort=id`).expect(200)
  return {
    column: [numberFormat, formatReason, isAmbiguous],
    faults: faults.map(({ row, column, code, message }: Record<string, unknown>) => [row, column, code, message]),
    amounts: body.data.map(({ amount }: { amount: string | null }) => amount),
  }
}

it('a mark before three digits separates thousands if other cells show it', async () => {
  expect(await imported('T', ['1.234,50', '1.250,00', '4.125'])).toEqual({
    column: ['1.234,50', 'cells', false],
    faults: [],
    amounts: ['1234.50', '1250.00', '4125'],
  })
})

it('a number that could be two is left out where cells contradict each other', async () => {
  const ambiguous =
    'Other cells of this column contradict each other, so this number has two readings. Say which with numberFormat.'
  expect(await imported('M', ['1.234,50', '1,234.50', '4.125', '17', '2.250,00', '5,125'])).toEqual({
    column: ['1.234,50', 'cells', true],
    faults: [
      [2, 'Amount', 'invalid_decimal', 'Must be a decimal such as "2.50".'],
      [3, 'Amount', 'ambiguous_number', ambiguous],
      [6, 'Amount', 'ambiguous_number', ambiguous],
    ],
    amounts: ['1234.50', null, null, '17', '2250.00', null],
  })
})

it('contradicting cells are read as the request says', async () => {
  expect(await imported('G', ['1.234,50', '12.5', '4.125'], 'numberFormat=1%2C234.50')).toMatchObject({
    column: ['1,234.50', 'given', false],
    faults: [[1, 'Amount', 'invalid_decimal', 'Must be a decimal such as "2.50".']],
    amounts: [null, '12.5', '4.125'],
  })
})
