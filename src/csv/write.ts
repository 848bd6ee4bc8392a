import { stringify } from 'csv-stringify/sync'
import iconv from 'iconv-lite'
import type { Delimiter } from './dialect.ts'

/** The encodings of written files. */
export const writtenEncodings = ['utf-8', 'utf-8-bom', 'windows-1251'] as const

/** The encoding of a written file. */
export type WrittenEncoding = (typeof writtenEncodings)[number]

// Quotes more than RFC 4180 requires: cells with any delimiter, so that readers detect the right one; cells with spaces
// at the ends, which some readers trim; and cells whose start our own reader takes for a quote or a `sep=` line.
const toQuote = /[;,\t|\r\n]|^[\s'\uFEFF]|\s$|^sep=/i

/** Returns rows as lines of a file, after a byte order mark if `bom` is set. */
export function csvLines(
  rows: (readonly string[])[],
  { delimiter, bom = false }: { delimiter: Delimiter; bom?: boolean },
): string {
  return stringify(rows, { bom, delimiter, quoted_match: toQuote, record_delimiter: 'windows' })
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
