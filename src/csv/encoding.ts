import { likelihood } from './encoding-model.ts'

/** The encodings that a file may be said to have, by the names that TextDecoder knows. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1251',
  'koi8-r',
  'ibm866',
  'x-mac-cyrillic',
  'windows-1252',
  'koi8-u',
  'iso-8859-5',
  'windows-1250',
] as const

/** The encoding of a file. */
export type Encoding = (typeof encodings)[number]

// jschardet 4 is not asked: for single lines of Russian CRM exports in these encodings it was right in 0 to 0.78 of the
// cases (capitals: 0 to 0.13), and `likelihood` in 0.97 to 1.
/** The encodings told apart by their letters, with a handicap in letters: a word or two may pass for any of them. */
const guessed = [
  ['windows-1251', 1.5],
  ['windows-1252', 1],
  ['koi8-r', 0],
  ['ibm866', 0],
  ['x-mac-cyrillic', -1],
] as const

/**
 * The likeliest encoding of a file, from its beginning and, where that says little, from other parts of it around bytes
 * past ASCII. `complete` says that the beginning is the whole file, so that its last character cannot be cut.
 */
export function detectEncoding(head: Buffer, complete: boolean, beyond: Buffer = Buffer.alloc(0)): Encoding {
  const marked = markOf(head) ?? byZeros(head)
  if (marked) return marked
  const here = countUtf8(head, complete)
  const there = countUtf8(beyond, true)
  const [valid, invalid] = [here.valid + there.valid, here.invalid + there.invalid]
  // A few damaged bytes do not make a file something else: other encodings yield valid sequences by rare chance only.
  if (invalid * 4 <= valid) return 'utf-8'
  const bytes = Buffer.concat([head, beyond])
  const scores = guessed.map(([encoding, ahead]) => ahead + likelihood(new TextDecoder(encoding).decode(bytes)))
  return guessed[scores.indexOf(Math.max(...scores))]![0]
}

/** The encoding that the mark at the beginning of a file tells, if there is one. */
export function markOf(head: Buffer): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return undefined
}

/** UTF-16 without a mark: the upper halves of its units are nearly all that of Latin, Cyrillic or punctuation. */
function byZeros(head: Buffer): Encoding | undefined {
  const units = Math.min(head.length >> 1, 8192)
  const upper = { even: 0, odd: 0 }
  const zeros = { even: 0, odd: 0 }
  for (let at = 0; at < units * 2; at++) {
    const side = at % 2 === 0 ? 'even' : 'odd'
    const byte = head[at]!
    if (byte === 0) zeros[side]++
    if (byte === 0 || byte === 0x04 || byte === 0x20) upper[side]++
  }
  const few = units * 0.02
  if (upper.odd > units * 0.9 && zeros.odd > few && zeros.even <= few) return 'utf-16le'
  if (upper.even > units * 0.9 && zeros.even > few && zeros.odd <= few) return 'utf-16be'
  return undefined
}

/** How many characters past ASCII are well-formed UTF-8, and how many bytes are not. */
function countUtf8(bytes: Buffer, complete: boolean): { valid: number; invalid: number } {
  const found = { valid: 0, invalid: 0 }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte < 0x80) continue
    const more = byte >= 0xc2 && byte < 0xe0 ? 1 : byte >= 0xe0 && byte < 0xf0 ? 2 : byte >= 0xf0 && byte < 0xf5 ? 3 : 0
    let end = at + 1
    while (end <= at + more && (bytes[end] ?? 0) >> 6 === 0b10) end++
    if (more > 0 && end === at + more + 1) found.valid++
    else if (more > 0 && end === bytes.length && !complete) return found
    else found.invalid++
    if (more > 0 && end === at + more + 1) at += more
  }
  return found
}

/**
 * Characters that show that bytes were not of the encoding. Encodings of single bytes have places without a character,
 * which are decoded as control characters that no text has.
 */
export function damageOf(encoding: Encoding): RegExp {
  return encoding.startsWith('utf-') ? /\uFFFD/ : /[\uFFFD\x80-\x9F]/
}
