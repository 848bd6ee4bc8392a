import { describe, expect, it } from '@jest/globals'
import { possibleOrders, readDay } from '../../src/cells/dates.ts'
import { formatOfCountry } from '../../src/cells/format.ts'
import { currencyOf, possibleMarks, readNumber } from '../../src/cells/numbers.ts'
import { type FileFormat, surveyOf } from '../../src/cells/survey.ts'
import { splitTime } from '../../src/cells/times.ts'

const now = new Date('2026-11-29T12:00:00Z')

describe('dates', () => {
  it.each([
    ['2026-01-31', 'dmy', '2026-01-31'],
    ['2020/01/31', 'dmy', '2020-01-31'],
    ['2020.02.03', 'mdy', '2020-02-03'],
    ['31.01.2020', 'dmy', '2020-01-31'],
    ['1/31/2020', 'mdy', '2020-01-31'],
    ['02/03/2020', 'mdy', '2020-02-03'],
    ['02/03/2020', 'dmy', '2020-03-02'],
    ['02/03/04', 'dmy', '2004-03-02'],
    ['02/03/04', 'ymd', '2002-03-04'],
    ['1.2.46', 'dmy', '2046-02-01'],
    ['1.2.47', 'dmy', '1947-02-01'],
    ['20200131', 'dmy', '2020-01-31'],
    ['2-Nov-23', 'dmy', '2023-11-02'],
    ['02 Nov 2023', 'mdy', '2023-11-02'],
    ['Nov 2, 2023', 'dmy', '2023-11-02'],
    ['November 2nd, 2023', 'dmy', '2023-11-02'],
    ['Thursday, 2 November 2023', 'dmy', '2023-11-02'],
    ['2 ноября 2023 г.', 'mdy', '2023-11-02'],
    ['9 мая 1945', 'dmy', '1945-05-09'],
    ['1 марта 2024 года', 'dmy', '2024-03-01'],
    ['2023-Nov-02', 'dmy', '2023-11-02'],
  ] as const)('%s as %s is %s', (text, order, date) => expect(readDay(text, order, now)).toBe(date))

  it.each(['31.02.2020', '1/31/2020', '0/1/2020', '31.01.202', '43861', '2020', 'Nov 2023', '10:00', 'soon', ''])(
    '%s is not a date with the day first',
    (text) => expect(readDay(text, 'dmy', now)).toBeUndefined(),
  )

  it('with a day above 12 have one order', () => {
    expect(possibleOrders('31/01/2020', now)).toEqual(['dmy'])
    expect(possibleOrders('01/31/2020', now)).toEqual(['mdy'])
    expect(possibleOrders('02/03/2020', now)).toEqual(['dmy', 'mdy'])
    expect(possibleOrders('2020-01-31', now)).toEqual(['dmy', 'mdy', 'ymd'])
  })
})

describe('times', () => {
  it.each([
    ['31.01.2026', { date: '31.01.2026', hour: 0, minute: 0, second: 0 }],
    ['31.01.2026 9:05', { date: '31.01.2026', hour: 9, minute: 5, second: 0 }],
    ['1/31/2026, 1:05:07 PM', { date: '1/31/2026', hour: 13, minute: 5, second: 7 }],
    ['Nov 2, 2023 12:30 a.m.', { date: 'Nov 2, 2023', hour: 0, minute: 30, second: 0 }],
    ['2026-01-31T10:00:00.123', { date: '2026-01-31', hour: 10, minute: 0, second: 0 }],
    ['2026-01-31 10:00:00 +0300', { date: '2026-01-31', hour: 10, minute: 0, second: 0, offset: '+03:00' }],
    ['2026-01-31 10:00:00 UTC', { date: '2026-01-31', hour: 10, minute: 0, second: 0, offset: '+00:00' }],
    ['31.01.2026 25:00', undefined],
    ['31.01.2026 13:00 PM', undefined],
    ['10:00', undefined],
  ])('%s', (text, expected) => expect(splitTime(text)).toEqual(expected))
})

describe('numbers', () => {
  it.each([
    ['1234', '.', '1234'],
    ['1,234.50', '.', '1234.50'],
    ['1.234,50', ',', '1234.50'],
    ['1 234,5', ',', '1234.5'],
    ["1'234.50", '.', '1234.50'],
    ['12,34,567.00', '.', '1234567.00'],
    ['$1,234', '.', '1234'],
    ['1 234 ₽', ',', '1234'],
    ['1234 руб.', ',', '1234'],
    ['10 000,50 р.', ',', '10000.50'],
    ['USD 1,000,000.10', '.', '1000000.10'],
    ['-5', '.', '-5'],
    ['−5,5', ',', '-5.5'],
    ['(1,234.50)', '.', '-1234.50'],
    ['5-', '.', '-5'],
    ['+7', '.', '7'],
    [',5', ',', '0.5'],
    ['5.', '.', '5'],
  ] as const)('%s with %s is %s', (text, mark, number) => expect(readNumber(text, mark)).toBe(number))

  it.each([
    '',
    '-',
    '.',
    'abc',
    '12 34',
    '1,23',
    '1.2.3',
    '7.9E+10',
    '100 рублей сразу',
    '1,234,5',
    '10%',
    '5 - 7',
    '--5',
  ])('%s is not a number with a decimal point', (text) => expect(readNumber(text, '.')).toBeUndefined())

  it('may have two readings', () => {
    expect(possibleMarks('1,234')).toEqual(['.', ','])
    expect(possibleMarks('1,5')).toEqual([','])
    expect(possibleMarks('0.125')).toEqual(['.'])
  })

  it.each([
    ['$1,234', 'USD'],
    ['1 234 ₽', 'RUB'],
    ['1234 руб.', 'RUB'],
    ['15 бел. руб.', 'BYN'],
    ['EUR 5', 'EUR'],
    ['5 €', 'EUR'],
    ['5', undefined],
    ['5 ABC', undefined],
  ])('%s names the currency %s', (text, code) => expect(currencyOf(text)).toBe(code))
})

describe('a column has one reading', () => {
  const file: FileFormat = { given: {}, isOwn: false, country: 'RU', now }
  const decide = (written: 'date' | 'number', cells: string[], more: Partial<FileFormat> = {}) => {
    const survey = surveyOf(written, { ...file, ...more })
    for (const cell of cells) survey.see(cell)
    const { dateOrder, decimalMark, formatReason, isAmbiguous } = survey.reading()
    return [dateOrder ?? decimalMark, formatReason, ...(isAmbiguous ? ['ambiguous'] : [])]
  }

  it.each([
    [['01/31/2020', '02/03/2020'], {}, ['mdy', 'cells']],
    [['02/03/2020', '31/01/2020'], { country: 'US' }, ['dmy', 'cells']],
    [['02/03/2020', '01/02/2021'], {}, ['dmy', 'country', 'ambiguous']],
    [['02/03/2020', '01/02/2021'], { country: 'US' }, ['mdy', 'country', 'ambiguous']],
    [['02.03.2020'], { country: 'US' }, ['dmy', 'points', 'ambiguous']],
    [['02.03.2020'], { given: { dateOrder: 'mdy' } }, ['mdy', 'given']],
    [['01/01/2020'], { country: 'US' }, ['dmy', 'cells']],
    [['2020-01-31'], {}, ['dmy', 'cells']],
    [['31/01/2020', '30/01/2020', '01/29/2020'], {}, ['dmy', 'cells', 'ambiguous']],
  ] as const)('dates %j %j', (cells, more, expected) => expect(decide('date', [...cells], more)).toEqual(expected))

  it.each([
    [['1,234.50', '1,234', '12,345'], {}, ['.', 'cells']],
    [['1.234,50', '1.234'], { country: 'US' }, [',', 'cells']],
    [['1,234', '12,345'], {}, ['.', 'thousands', 'ambiguous']],
    [['1.234', '12.345'], {}, [',', 'thousands', 'ambiguous']],
    [['1,234', '12.345'], {}, [',', 'country', 'ambiguous']],
    [['1,234', '5'], {}, [',', 'country', 'ambiguous']],
    [['1,234', '5'], { country: 'US' }, ['.', 'country', 'ambiguous']],
    [['1,234', '5'], { given: { decimalMark: '.' } }, ['.', 'given']],
    [['1.250', '2.125'], { isOwn: true }, ['.', 'ownFile']],
    [['5', '12345'], {}, ['.', 'cells']],
    [['1,5', '2,75', '3.25', '4.125'], {}, [',', 'cells', 'ambiguous']],
    [['12 500,50', '99.99'], {}, [',', 'country', 'ambiguous']],
  ] as const)('numbers %j %j', (cells, more, expected) => expect(decide('number', [...cells], more)).toEqual(expected))
})

it.each([
  ['RU', { dateOrder: 'dmy', decimalMark: ',' }],
  ['US', { dateOrder: 'mdy', decimalMark: '.' }],
  ['GB', { dateOrder: 'dmy', decimalMark: '.' }],
  ['DE', { dateOrder: 'dmy', decimalMark: ',' }],
  ['SE', { dateOrder: 'ymd', decimalMark: ',' }],
  [undefined, { dateOrder: 'dmy', decimalMark: '.' }],
])('%s writes %j', (country, format) => expect(formatOfCountry(country)).toEqual(format))
