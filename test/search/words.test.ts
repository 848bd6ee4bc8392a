import { describe, expect, it } from '@jest/globals'
import type { Problem } from '../../src/errors/problem.ts'
import { parseSearchText } from '../../src/records/search/search-words.ts'

const words = (q: string, country = 'RU') => parseSearchText(q, [country], { parameter: 'q' })

describe('parsing a search', () => {
  it.each([
    ['  Петров,  Иван ', ['Петров', 'Иван']],
    ['И.И.Петров', ['И', 'И', 'Петров']],
    ['ООО «Вектор-М»', ['ООО', 'Вектор-М']],
    ['№ 15 — 2026', ['15', '2026']],
    ['8 (495) 123-45-67', ['8 (495) 123-45-67']],
    ['Иванов +7 495 123 45 67 доб. 12', ['Иванов', '+7 495 123 45 67']],
    ['договор 15 2026', ['договор', '15', '2026']],
  ])('splits %s', (q, parts) => {
    expect(words(q).map(({ text }) => text)).toEqual(parts)
  })

  it.each([
    ['8 (495) 123-45-67', 'RU', ['84951234567', '4951234567']],
    ['+7 (495) 123', 'RU', ['7495123']],
    ['123-45-67', 'RU', ['1234567']],
    ['4567', 'RU', ['4567']],
    ['567', 'RU', []],
    ['020 7946 0958', 'GB', ['02079460958', '2079460958']],
    ['ivan15234', 'RU', []],
    ['+7(812)3095566,12', 'RU', ['78123095566']],
    ['8 812 309 55 66, 12', 'RU', ['88123095566', '8123095566']],
  ])('%s may be, in %s, the phone %j', (q, country, digits) => {
    expect(words(q, country).map((word) => word.digits)).toEqual([digits])
  })

  it.each([
    ['55 66', [['5566'], ['5566']]],
    ['312 309', [['312309'], ['312309']]],
    ['15 2026', [['152026'], ['2026', '152026']]],
    ['Иванов 55 66', [[], ['5566'], ['5566']]],
    ['1 2', [[], []]],
    ['55, 66', [['5566'], ['5566']]],
  ])('%s are words, each of which may also be part of the same phone', (q, digits) => {
    expect(words(q).map((word) => word.digits)).toEqual(digits)
  })

  it.each([
    ['vector.example', [true]],
    ['ivanov', [true]],
    ['Петров', [false]],
    ['Иванов ivanov@', [false, true]],
    ['Иванов gmail.com', [false, true]],
    // A plain word beside others is a name: it hardly means a mailbox.
    ['Ivan Petrov', [false, false]],
    ['#15', [false]],
  ])('%s is an e-mail or website: %j', (q, addresses) => {
    expect(words(q).map(({ isAddress }) => isAddress)).toEqual(addresses)
  })
})

describe('a search is refused', () => {
  it.each([
    ['   ', 'required'],
    ['«—»', 'no_letters_or_digits'],
    ['%', 'no_letters_or_digits'],
    ['🙂', 'no_letters_or_digits'],
    ['a\0b', 'invalid_characters'],
    ['\ud800', 'invalid_characters'],
    ['a b c d e f g h i j k', 'too_many'],
  ])('%j: %s', (q, code) => {
    let faults: Problem['faults'] = []
    try {
      words(q)
    } catch (error) {
      faults = (error as Problem).faults
    }
    expect(faults).toEqual([expect.objectContaining({ parameter: 'q', code })])
  })
})
