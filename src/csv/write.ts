import iconv from 'iconv-lite'
import type { Delimiter } from './dialect.ts'

/** The encodings of written files. */
export const writtenEncodings = ['utf-8', 'utf-8-bom', 'windows-1251'] as const

/** The encoding of a written file. */
export type WrittenEncoding = (typeof writtenEncodings)[number]

/** Returns rows as lines of a file, after a byte order mark if `bom` is set. */
export function csvLines(
  rows: (readonly string[])[],
  { delimiter, bom = false }: { delimiter: Delimiter; bom?: boolean },
): string {
  let lines = bom ? '\uFEFF' : ''
  for (const cells of rows) {
    let separator = ''
    for (const text of cells) {
      lines += separator + quotedCell(text)
      separator = delimiter
    }
    lines += '\r\n'
  }
  return lines
}

// Any delimiter, so that readers detect the right one.
const special = /[";,\t|\r\n]/

/** Returns a cell, in quotes where a reader needs them. */
function quotedCell(text: string): string {
  if (text === '' || !(special.test(text) || hasOddEnds(text))) return text
  return `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`
}

/** Returns whether some readers trim a text, or our own reader takes its start for a quote or a `sep=` line. */
function hasOddEnds(text: string): boolean {
  return text.trim().length < text.length || text.startsWith("'") || /^sep=/i.test(text)
}

/** Returns lines of a file as bytes. Characters that the encoding lacks become `?`. */
export function encodeLines(lines: string, encoding: WrittenEncoding): Buffer {
  if (encoding !== 'windows-1251') return Buffer.from(lines)
  // NFC, because the encoding has й but no combining breve. A character beyond 16 bits would become two `?`, and
  // U+FFFD the byte 0x98 (in iconv-lite's table), which is no character.
  const text = lines.normalize('NFC').replace(/[\u{10000}-\u{10FFFF}\uFFFD]/gu, '\uE000')
  // The only single-byte encoding that Node can write is Latin 1.
  return iconv.encode(text, encoding)
}
