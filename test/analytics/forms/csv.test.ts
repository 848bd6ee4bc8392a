import { describe, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import { csvOf } from '../../../src/analytics/forms/csv.ts'
import { csvOptions, type FormParameters } from '../../../src/analytics/forms/options.ts'
import type { ReportTable } from '../../../src/analytics/table.ts'
import { dealsSample, rub, sampleTable } from './samples.ts'

const timeZone = 'Europe/Moscow'

function fileOf(table: ReportTable, language: 'en' | 'ru', parameters: FormParameters = {}): string {
  const options = csvOptions(parameters, language)
  return csvOf(table, { ...options, language, timeZone }).toString()
}

describe('a report as CSV', () => {
  it('has labels, one line for each row, and the totals', () => {
    expect(fileOf(dealsSample('en'), 'en').split('\r\n')).toEqual([
      '\uFEFFResponsible,Deals,In work,Won,Lost,Sum of won deals,"Sum of won deals, currency",Conversion,Average time',
      'Ivan Petrov,42,20,15,7,1250000.50,RUB,68.2%,288:00:00',
      'Anna Smirnova-Konstantinopolskaya,31,11,8,12,480000.00,RUB,40.0%,25:01:01',
      'Olga,12,9,3,0,75000,RUB,100.0%,120:00:00',
      'Sergey Ivanov,5,5,0,0,0,RUB,,',
      'Total,90,45,26,19,1805000.50,RUB,57.8%,180:00:00',
      '',
    ])
  })

  it('is written as Russian spreadsheets expect', () => {
    const lines = fileOf(dealsSample('ru', true), 'ru').split('\r\n')
    expect([lines[0], lines[1], lines[4], lines[5]]).toEqual([
      '\uFEFFОтветственный;Сделок;"Сделок, период сравнения";В работе;Выиграно;Проиграно;Сумма выигранных;"Сумма выигранных, валюта";"Сумма выигранных, период сравнения";"Сумма выигранных, период сравнения, валюта";Конверсия;Среднее время',
      'Иван Петров;42;36;20;15;7;"1250000,50";RUB;990000;RUB;"68,2%";288:00:00',
      'Сергей Иванов;5;0;5;0;0;0;RUB;;;;',
      'Итого;90;75;45;26;19;"1805000,50";RUB;1690000;RUB;"57,8%";180:00:00',
    ])
  })

  it('has keys and exact values in mode raw', () => {
    expect(fileOf(dealsSample('ru', true), 'ru', { csvMode: 'raw' }).split('\r\n').slice(0, 2)).toEqual([
      'group,count,count.compared,inWork,won,lost,sumWon,sumWon.currency,sumWon.compared,sumWon.compared.currency,conversion,averageTime',
      '1,42,36,20,15,7,1250000.50,RUB,990000,RUB,68.2,1036800',
    ])
  })

  it('has a column for each currency', () => {
    const table = sampleTable(
      { title: 'Deals', group: 'Responsible' },
      { sum: ['money', 'Sum'] },
      [
        ['Ivan', [rub('5.00'), { amount: '7', currency: 'EUR' }]],
        ['Olga', [rub('1'), { amount: '2', currency: null }]],
      ],
      { currency: 'each', totals: [[rub('6.00'), { amount: '7', currency: 'EUR' }, { amount: '2', currency: null }]] },
    )
    expect(parse(fileOf(table, 'en', { encoding: 'utf-8' }))).toEqual([
      ['Responsible', 'Sum, EUR', 'Sum, RUB', 'Sum'],
      ['Ivan', '7', '5.00', ''],
      ['Olga', '', '1', '2'],
      ['Total', '7', '6.00', '2'],
    ])
  })

  it('disarms formulas in labels, and keeps negative numbers', () => {
    const table = sampleTable({ title: 'Deals', group: '=group' }, { gap: ['number', '@gap'], at: ['date', 'Last'] }, [
      ['=HYPERLINK("http://x")', '-5.25', '2026-11-01'],
      ['two\nlines; "quoted"', '-1', '2026-10-31T22:30:00Z'],
    ])
    const options = { encoding: 'utf-8', delimiter: ';' } as const
    expect(parse(fileOf(table, 'ru', options), { delimiter: ';' })).toEqual([
      ["'=group", "'@gap", 'Last'],
      [`'=HYPERLINK("http://x")`, '-5,25', '01.11.2026'],
      ['two\nlines; "quoted"', '-1', '01.11.2026 01:30:00'],
      ['Итого', '', ''],
    ])
    expect(parse(fileOf(table, 'ru', { csvMode: 'raw' }))[2]).toEqual(['2', '-1', '2026-10-31T22:30:00Z'])
  })

  it('can have no groups', () => {
    const table = { ...dealsSample('en'), rows: [] }
    const alone = { ...table, columns: table.columns.filter(({ key }) => key === 'count') }
    expect(parse(fileOf(alone, 'en', { encoding: 'utf-8' }))).toEqual([
      ['Deals', 'Deals'],
      ['Total', '90'],
    ])
  })
})
