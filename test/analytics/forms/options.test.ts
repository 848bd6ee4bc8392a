import { expect, it } from '@jest/globals'
import { chartOf } from '../../../src/analytics/forms/chart.ts'
import { csvOptions } from '../../../src/analytics/forms/options.ts'
import { readForm, writeForm } from '../../../src/analytics/forms/write-form.ts'
import { dealsSample } from './samples.ts'

const table = dealsSample('en')

it('draws the best chart with the columns that suit it', () => {
  expect(chartOf(table, {})).toEqual({ shape: 'stackedBar', columns: ['count', 'inWork', 'won', 'lost'] })
  expect(chartOf(table, { chart: 'bar' })).toEqual({ shape: 'bar', columns: ['count'] })
  expect(chartOf(table, { chart: 'funnel' })).toEqual({ shape: 'funnel', columns: ['count'], note: 'conversion' })
  expect(chartOf(table, { chart: 'line', columns: 'won,lost' })).toEqual({ shape: 'line', columns: ['won', 'lost'] })
})

it('draws what a report says', () => {
  const drawn = { stackedBar: { columns: ['inWork', 'won', 'lost'] }, bar: { columns: ['won'], target: 'count' } }
  expect(chartOf(table, {}, drawn)).toEqual({ shape: 'stackedBar', columns: ['inWork', 'won', 'lost'] })
  expect(chartOf(table, { chart: 'bar' }, drawn)).toEqual({ shape: 'bar', columns: ['won'], target: 'count' })
  expect(chartOf(table, { chart: 'bar', columns: 'lost' }, drawn)).toEqual({ shape: 'bar', columns: ['lost'] })
  // The reader may not see all of its columns.
  const unseen = { bar: { columns: ['won'], target: 'plan' } }
  expect(chartOf(table, { chart: 'bar' }, unseen)).toEqual({ shape: 'bar', columns: ['count'] })
})

it('refuses columns that do not exist or have no common scale', () => {
  const fault = { parameter: 'columns', code: 'unknown_value' }
  expect(() => chartOf(table, { columns: 'wonn' })).toThrow(
    expect.objectContaining({
      faults: [
        { ...fault, hint: 'won', allowed: ['count', 'inWork', 'won', 'lost', 'sumWon', 'conversion', 'averageTime'] },
      ],
    }),
  )
  expect(() => chartOf(table, { columns: 'won,sumWon' })).toThrow(
    expect.objectContaining({ faults: [{ ...fault, allowed: ['count', 'inWork', 'won', 'lost'] }] }),
  )
})

it('refuses the parameters of other forms', () => {
  expect(readForm('text/csv', { csvMode: 'raw' })).toBe('csv')
  expect(() => readForm('text/csv', { csvMode: 'raw', theme: 'dark', width: 400 })).toThrow(
    expect.objectContaining({
      faults: [
        { parameter: 'theme', code: 'not_allowed_here' },
        { parameter: 'width', code: 'not_allowed_here' },
      ],
    }),
  )
  expect(() => readForm(undefined, { csvMode: 'raw' })).toThrow(expect.objectContaining({ status: 400 }))
})

it('has the defaults of exports', () => {
  expect(csvOptions({}, 'ru')).toEqual({ mode: 'people', encoding: 'utf-8-bom', delimiter: ';' })
  expect(csvOptions({ csvMode: 'raw' }, 'ru')).toEqual({ mode: 'raw', encoding: 'utf-8', delimiter: ',' })
})

it.each([
  ['json', {}, { vary: 'Accept, Accept-Language', 'content-type': 'application/json' }],
  [
    'csv',
    { csvMode: 'raw' },
    {
      vary: 'Accept, Accept-Language',
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="sample-2026-11-30.csv"',
    },
  ],
  ['svg', { theme: 'dark', width: 320 }, { vary: 'Accept, Accept-Language', 'content-type': 'image/svg+xml' }],
] as const)('names the form %s in the headers', (form, parameters, headers) => {
  const written = writeForm(table, form, parameters, { language: 'en', timeZone: 'Europe/Moscow' })
  expect(written.headers).toEqual(headers)
  const start = { json: table, csv: /^group,count,/, svg: /^<svg [^>]* width="320" / }[form]
  if (start instanceof RegExp) expect(String(written.body)).toMatch(start)
  else expect(written.body).toBe(start)
})
