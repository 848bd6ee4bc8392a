import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { disarm, rearm } from '../../src/csv/formulas.ts'

describe('formula escaping', () => {
  it.each([
    '=1+1',
    '+7 перезвонить',
    '-скидка',
    '@оператор',
    '\tтаб',
    '\r=x',
    '  =x',
    '\u00a0=x',
    '＝x',
    '-5+cmd',
    "'=1",
  ])('puts an apostrophe before %j', (text) => {
    expect(disarm(text)).toBe(`'${text}`)
  })

  it.each([
    ...['-5', '+1 234,56', '-12%', '+7 495 123-45-67', '+7(495)1234567 доб. 12', '+7 495 123-45-67, +7 945 111-22-33'],
    ...['Anna', '', "O'Brien", 'a=b', '-anna@orlova.example', '+1@a.example, b@c.example'],
  ])('does not change %j', (text) => {
    expect(disarm(text)).toBe(text)
  })

  const parts = [
    "'",
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    ' ',
    ', ',
    '5',
    '1112233',
    'x',
    '＝',
    '(',
    '|',
    '!',
    'cmd',
    '"',
    ';',
  ]
  const dangerous = fc.array(fc.constantFrom(...parts)).map((all) => all.join(''))

  it('leaves nothing that a spreadsheet would run: no call, no link to a program, no text that begins as a formula', () => {
    const calls = /\p{L}\s*\(|[|!"]/u
    fc.assert(
      fc.property(dangerous, (text) => {
        const cell = disarm(text)
        const begins = /^[\s\u200B\uFEFF]*[=@＝＋－＠]|^[\t\r\n]/.test(cell)
        const mayBegin = !/^\s*[+-]/.test(cell) || !calls.test(cell)
        return !begins && mayBegin
      }),
      { numRuns: 5_000 },
    )
  })

  const digits = (min: number, max: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(''))
  const phone = fc
    .tuple(
      fc.constantFrom('+', '', '+7 ', '8 '),
      digits(3, 3),
      digits(7, 7),
      fc.constantFrom('', ' доб. 12', ' ext 5', ' #7'),
    )
    .map(([start, code, rest, extension]) => `${start}(${code}) ${rest.slice(0, 3)}-${rest.slice(3)}${extension}`)
    .map((text) => text.replace(/^\+\(/, '+1('))
  const amount = fc
    .tuple(fc.constantFrom('', '-', '+'), digits(1, 12), fc.constantFrom('', '.', ','), digits(1, 4))
    .map(([sign, whole, mark, rest]) => sign + whole + (mark && mark + rest))
  const address = fc
    .tuple(
      fc.constantFrom('', '-', '+', '_'),
      fc.stringMatching(/^[a-z0-9._+-]{1,12}$/),
      fc.stringMatching(/^[a-z]{1,8}$/),
    )
    .map(([start, name, host]) => `${start}${name}@${host}.example`)

  it.each([
    ['phones', phone],
    ['amounts, also negative ones', amount],
    ['e-mails', address],
    ['several phones in a cell', fc.array(phone, { minLength: 2, maxLength: 4 }).map((all) => all.join(', '))],
    ['several e-mails in a cell', fc.array(address, { minLength: 2, maxLength: 4 }).map((all) => all.join(', '))],
  ])('does not change %s', (_, text) => {
    fc.assert(
      fc.property(text, (text) => disarm(text) === text),
      { numRuns: 1_000 },
    )
  })

  it('is undone exactly, and nothing else changes', () => {
    expect(rearm("'s-Hertogenbosch")).toBe("'s-Hertogenbosch")
    const text = fc
      .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', ' ', ', ', '5', '1112233', 'x', '＝'))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (text) => rearm(disarm(text)) === text),
      { numRuns: 2_000 },
    )
  })
})
