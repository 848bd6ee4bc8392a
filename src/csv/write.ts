import iconv from 'iconv-lite'
import type { Dialect } from './dialect.ts'

/** The encodings in which a file can be written. */
export const writtenEncodings = ['utf-8', 'utf-8-bom', 'windows-1251'] as const

/** The encoding of a file to be written. */
export type WrittenEncoding = (typeof writtenEncodings)[number]

/** Turns the text of a file, piece by piece, into bytes. */
export interface CsvEncoder {
  /** Pieces must not end within a character, as lines do not. */
  encode(text: string): Buffer
  /** Characters that the encoding does not have and `?` was written for. */
  readonly lost: number
}

// More than RFC 4180 asks for. Any delimiter is quoted, not only the file's own, so that readers that guess it find one
// that fits; so are spaces at the ends, which some readers trim, and the openings that this package's reader takes for
// a quote or for the line that names the delimiter.
const toQuote = /[";,\t|\r\n]|^[\s'\uFEFF]|\s$|^sep=/i

/** One line of a file with its end. */
export function csvLine(cells: readonly string[], delimiter: Dialect['delimiter']): string {
  const written = cells.map((cell) => (toQuote.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
  return `${written.join(delimiter)}\r\n`
}

/** The encoder for a file; the mark of UTF-8 with BOM comes before the first piece. */
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

/** Node itself encodes no single-byte encoding but Latin 1. */
function singleByte(encoding: string): CsvEncoder {
  let lost = 0
  return {
    encode(text) {
      // Composed, since of й as a letter and a breve the encoding has only the letter. What is beyond 16 bits would
      // become two `?`, and U+FFFD the byte 0x98 (by iconv-lite's table), which is no character.
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
 * Puts an apostrophe before text that a spreadsheet would run as a formula. Phones and numbers stay as they are: being
 * digits, they can do nothing worse than to be added up.
 */
export function disarm(text: string): string {
  return isArmed(text) ? `'${text}` : text
}

/** Takes away the apostrophe that disarm puts, and no other. */
export function rearm(text: string): string {
  return text.startsWith("'") && isArmed(text.slice(1)) ? text.slice(1) : text
}

/** Text that itself begins with apostrophes before a formula counts too, or rearm would take one of its own. */
function isArmed(text: string): boolean {
  const bare = text.replace(/^'+/, '')
  return formula.test(bare) && !number.test(bare) && !phone.test(bare)
}
