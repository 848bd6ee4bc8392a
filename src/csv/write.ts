import { stringify } from 'csv-stringify/sync'
import iconv from 'iconv-lite'
import type { Delimiter, Dialect } from './dialect.ts'
import type { Encoding } from './encoding.ts'

/** The encodings of written files. */
export const writtenEncodings = ['utf-8', 'utf-8-bom', 'windows-1251'] as const

/** The encoding of a written file. */
export type WrittenEncoding = (typeof writtenEncodings)[number]

/** The encodings that have every character. */
export const unicodeEncodings: readonly WrittenEncoding[] = writtenEncodings.filter((one) => one.startsWith('utf-'))

// Quotes more than RFC 4180 requires: cells with any delimiter, so that readers detect the right one; cells with spaces
// at the ends, which some readers trim; and cells whose start our own reader takes for a quote or a `sep=` line.
const toQuote = /[;,\t|\r\n]|^[\s'\uFEFF]|\s$|^sep=/i

/** Returns rows as lines of a file, after a byte order mark if `bom` is set. */
export function csvLines(
  rows: (readonly string[])[],
  { delimiter, bom = false, quote = '"' }: { delimiter: Delimiter; bom?: boolean; quote?: Dialect['quote'] },
): string {
  const quoting = quote ? { quote, escape: quote, quoted_match: toQuote } : { quote: false }
  return stringify(rows, { bom, delimiter, ...quoting, record_delimiter: 'windows' })
}

/** The names of encodings in iconv-lite that decode as the web's encodings of these names. */
const otherNames: Partial<Record<Encoding | WrittenEncoding, string>> = {
  'x-mac-cyrillic': 'macukraine',
  'koi8-u': 'koi8ru',
}

/** Returns lines of a file as bytes. Characters that the encoding lacks become `?`. */
export function encodeLines(lines: string, encoding: WrittenEncoding | Encoding): Buffer {
  if (encoding === 'utf-8' || encoding === 'utf-8-bom') return Buffer.from(lines)
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return iconv.encode(lines, encoding)
  // NFC, because the encoding has й but no combining breve. A character beyond 16 bits would become two `?`, and
  // U+FFFD the byte 0x98 (in iconv-lite's table), which is no character.
  const text = lines.normalize('NFC').replace(/[\u{10000}-\u{10FFFF}\uFFFD]/gu, '\uE000')
  // The only single-byte encoding that Node can write is Latin 1.
  return iconv.encode(text, otherNames[encoding] ?? encoding)
}

/** Returns the number of characters of lines that became `?`. */
export function countReplaced(lines: string, bytes: Buffer, encoding: WrittenEncoding): number {
  if (unicodeEncodings.includes(encoding)) return 0
  return bytes.toString('latin1').split('?').length - lines.split('?').length
}
