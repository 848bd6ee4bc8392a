import iconv from 'iconv-lite'
import type { Dialect } from './dialect.ts'

/** The encodings of written files. */
export const writtenEncodings = ['utf-8', 'utf-8-bom', 'windows-1251'] as const

/** The encoding of a written file. */
export type WrittenEncoding = (typeof writtenEncodings)[number]

/** Encodes the text of a file piece by piece. */
export interface CsvEncoder {
  /** Encodes a piece. A piece must not end within a character; whole lines never do. */
  encode(text: string): Buffer
  /** Number of characters written as `?` because the encoding lacks them. */
  readonly lost: number
}

// Quotes more than RFC 4180 requires: cells with any delimiter, so that readers detect the right one; cells with spaces
// at the ends, which some readers trim; and cells whose start our own reader takes for a quote or a `sep=` line.
const toQuote = /[";,\t|\r\n]|^[\s'\uFEFF]|\s$|^sep=/i

/** Returns one line of a file with its line break. */
export function csvLine(cells: readonly string[], delimiter: Dialect['delimiter']): string {
  const written = cells.map((cell) => (toQuote.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
  return `${written.join(delimiter)}\r\n`
}

/** Returns the encoder for a file. For `utf-8-bom`, it writes the byte order mark before the first piece. */
export function encodeCsv(encoding: WrittenEncoding): CsvEncoder {
  return encoding === 'windows-1251' ? singleByte(encoding) : utf8(encoding === 'utf-8-bom')
}

function utf8(withMark: boolean): CsvEncoder {
  let mark = withMark ? '\uFEFF' : ''
  return {
    encode(text) {
      const bytes = Buffer.from(mark + text)
      mark = ''
      return bytes
    },
    lost: 0,
  }
}

/** Uses iconv-lite: the only single-byte encoding that Node can write is Latin 1. */
function singleByte(encoding: string): CsvEncoder {
  let lost = 0
  return {
    encode(text) {
      // NFC, because the encoding has й but no combining breve. A character beyond 16 bits would become two `?`, and
      // U+FFFD the byte 0x98 (in iconv-lite's table), which is no character.
      const bytes = iconv.encode(text.normalize('NFC').replace(/[\u{10000}-\u{10FFFF}\uFFFD]/gu, '\uE000'), encoding)
      lost += bytes.reduce((count, byte) => (byte === 0x3f ? count + 1 : count), 0) - (text.split('?').length - 1)
      return bytes
    },
    get lost() {
      return lost
    },
  }
}

const formula = /^[\t\r\n]|^[\s\u200B\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/
const number = /^[+-]?\d[\d\s.,]*%?$/
const phone = /^\+?\(?\d[\d\s().-]{3,}((,|;|x|ext\.?|доб\.?|#)\s*\d+)?$/i

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula. Keeps phones and numbers: at worst a
 * spreadsheet adds them up.
 */
export function disarm(text: string): string {
  return isArmed(text) ? `'${text}` : text
}

/** Removes the apostrophe that `disarm` adds, and no other. */
export function rearm(text: string): string {
  return text.startsWith("'") && isArmed(text.slice(1)) ? text.slice(1) : text
}

/** Returns whether text is a formula, even after apostrophes of its own: `rearm` must not remove one of those. */
function isArmed(text: string): boolean {
  const bare = text.replace(/^'+/, '')
  return formula.test(bare) && !number.test(bare) && !phone.test(bare)
}
