import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { csvLine, disarm, encodeCsv, rearm } from '../../src/csv/write.ts'

describe('a CSV line', () => {
  it('quotes cells that need it and ends in CR LF', () => {
    expect(csvLine(['a', '', 'b"c', 'd\ne', ' f', 'g;h', 'i,j', 'k l'], ';')).toBe(
      'a;;"b""c";"d\ne";" f";"g;h";"i,j";k l\r\n',
    )
  })
})

describe('encoding', () => {
  it('writes the byte order mark once', () => {
    const encoder = encodeCsv('utf-8-bom')
    expect(Buffer.concat([encoder.encode('а'), encoder.encode('b')])).toEqual(Buffer.from('\uFEFFаb'))
    expect(encodeCsv('utf-8').encode('а')).toEqual(Buffer.from('а'))
  })

  it('counts the characters that Windows-1251 does not have', () => {
    const encoder = encodeCsv('windows-1251')
    const text = new TextDecoder('windows-1251').decode(
      Buffer.concat([encoder.encode('Ёж? й №'), encoder.encode(' 😀 李 ü')]),
    )
    expect(text).toBe('Ёж? й № ? ? ?')
    expect(encoder.lost).toBe(3)
  })
})

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

  it.each(['-5', '+1 234,56', '-12%', '+7 495 123-45-67', '+7(495)1234567 доб. 12', 'Anna', '', "O'Brien", 'a=b'])(
    'does not change %j',
    (text) => {
      expect(disarm(text)).toBe(text)
    },
  )

  it('is undone exactly, and nothing else changes', () => {
    expect(rearm("'s-Hertogenbosch")).toBe("'s-Hertogenbosch")
    const text = fc
      .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', ' ', '5', 'x', '＝'))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (text) => rearm(disarm(text)) === text),
      { numRuns: 2_000 },
    )
  })
})
