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
    ...['Anna', '', "O'Brien", 'a=b'],
  ])('does not change %j', (text) => {
    expect(disarm(text)).toBe(text)
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
