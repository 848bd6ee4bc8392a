import { describe, expect, it } from '@jest/globals'
import { delimiters } from '../../src/csv/dialect.ts'
import { csvLines, encodeLines } from '../../src/csv/write.ts'

describe('CSV lines', () => {
  it('end in CR LF and have quotes where they are needed', () => {
    const rows = [['a', '', 'b"c', 'd\ne', ' f', 'g;h', 'i,j', 'k l'], ['x'], [''], ['', ''], ['""', '"']]
    expect(csvLines(rows, { delimiter: ';' })).toBe(
      'a;;"b""c";"d\ne";" f";"g;h";"i,j";k l\r\nx\r\n\r\n;\r\n"""""";""""\r\n',
    )
    expect(csvLines([], { delimiter: ';' })).toBe('')
  })

  it.each([
    ...['a;b', 'a,b', 'a\tb', 'a|b', 'a\rb', 'a\nb', 'a\r\nb', "'a", '\uFEFFa', ' a', 'a ', '\u00a0a', 'a\u2028', ' '],
    ...['sep=', 'Sep=;'],
  ])('quote %j with every delimiter', (cell) => {
    for (const delimiter of delimiters) {
      expect(csvLines([[cell, cell]], { delimiter })).toBe(`"${cell}"${delimiter}"${cell}"\r\n`)
    }
  })

  it.each(["O'Brien", 'a b', 'a sep=', '\\', '\0', '=1', '-', '0', 'null'])('do not quote %j', (cell) => {
    for (const delimiter of delimiters) {
      expect(csvLines([[cell, cell]], { delimiter })).toBe(`${cell}${delimiter}${cell}\r\n`)
    }
  })

  it('begin with a byte order mark if asked to', () => {
    expect(csvLines([['а'], ['b']], { delimiter: ';', bom: true })).toBe('\uFEFFа\r\nb\r\n')
  })
})

describe('encoding', () => {
  it('writes UTF-8', () => {
    expect(encodeLines('а', 'utf-8')).toEqual(Buffer.from('а'))
    expect(encodeLines('\uFEFFа', 'utf-8-bom')).toEqual(Buffer.from('\uFEFFа'))
  })

  it('writes one question mark for each character that Windows-1251 does not have', () => {
    const bytes = encodeLines('Ёж? й и\u0306 № 😀 李 ü \uFFFD', 'windows-1251')
    expect(new TextDecoder('windows-1251').decode(bytes)).toBe('Ёж? й й № ? ? ? ?')
  })
})
