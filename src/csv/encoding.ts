import { confidenceOf } from './confidence.ts'
import { likelihood } from './encoding-model.ts'

/** The encodings that a request can name, by their TextDecoder names. */
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
  'iso-8859-2',
  'iso-8859-15',
  'macintosh',
  'windows-1254',
  'windows-1257',
  'windows-1253',
] as const

/** The encoding of a file. */
export type Encoding = (typeof encodings)[number]

/** The encodings detected by their letters, with a handicap in letters: one or two words may fit any of them. */
const guessed = [
  ['windows-1251', 2.5],
  ['windows-1252', 2],
  ['windows-1250', 0.5],
  ['koi8-r', 0],
  ['ibm866', 0],
  ['koi8-u', -0.5],
  ['iso-8859-5', -3],
  ['iso-8859-2', -0.5],
  ['iso-8859-15', -2.5],
  ['x-mac-cyrillic', -1],
  ['macintosh', -2],
  ['windows-1254', -0.5],
  ['windows-1257', -0.5],
  ['windows-1253', -0.5],
] as const

/** An encoding and how sure it is, from 0 to 1. */
export interface FoundEncoding {
  encoding: Encoding
  confidence: number
}

/** The lead in letters that halves the doubt about an encoding. */
const convincing = 2

/**
 * Returns the most likely encoding of a file, from its start and from later parts around non-ASCII bytes (`beyond`).
 * `complete` means that the start is the whole file, so its last character is not cut off. The confidence depends on the
 * lead over the next encoding that gives another text.
 */
export function detectEncoding(head: Buffer, complete: boolean, beyond: Buffer = Buffer.alloc(0)): FoundEncoding {
  const marked = markOf(head) ?? byZeros(head)
  if (marked) return { encoding: marked, confidence: 1 }
  const here = countUtf8(head, complete)
  const there = countUtf8(beyond, true)
  const [valid, invalid] = [here.valid + there.valid, here.invalid + there.invalid]
  // A few damaged bytes do not rule out UTF-8: text in other encodings rarely has valid UTF-8 sequences.
  if (invalid * 4 <= valid) return { encoding: 'utf-8', confidence: invalid ? confidenceOf(valid / invalid, 4) : 1 }
  const words = wordsOf(Buffer.concat([head, beyond]))
  const all = guessed.map(([encoding, ahead]) => {
    const text = decoded(words, encoding)
    return { encoding, text: text.join('\n'), score: ahead + likelihood(text) }
  })
  const best = all.reduce((best, next) => (next.score > best.score ? next : best))
  const others = all.filter(({ text }) => text !== best.text).map(({ score }) => score)
  return { encoding: best.encoding, confidence: confidenceOf(best.score - Math.max(...others), convincing) }
}

const enough = 2_000

/** Returns the different words with non-ASCII bytes, joined by line feeds. Some hundred words are enough. */
function wordsOf(bytes: Buffer): Buffer {
  const words = new Set<string>()
  let length = 0
  for (const [word] of bytes.toString('latin1').matchAll(/[A-Za-z0-9]*[\x80-\xff][A-Za-z0-9\x80-\xff]*/g)) {
    if (length > enough) break
    if (words.has(word)) continue
    words.add(word)
    length += word.length
  }
  return Buffer.from([...words].join('\n'), 'latin1')
}

const decoded = (words: Buffer, encoding: string) => new TextDecoder(encoding).decode(words).split('\n')

/** Returns the encoding of the byte order mark at the start of a file, if there is one. */
export function markOf(head: Buffer): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return undefined
}

/** Detects UTF-16 without a mark: nearly all high bytes are those of Latin, Cyrillic or punctuation. */
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

/** Counts the non-ASCII characters that are well-formed UTF-8 and the bytes that are not. */
function countUtf8(bytes: Buffer, complete: boolean): { valid: number; invalid: number } {
  const found = { valid: 0, invalid: 0 }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte < 0x80) continue
    const more = byte >= 0xc2 && byte < 0xe0 ? 1 : byte >= 0xe0 && byte < 0xf0 ? 2 : byte >= 0xf0 && byte < 0xf5 ? 3 : 0
    let end = at + 1
    while (end <= at + more && (bytes[end] ?? 0) >> 6 === 0b10) end++
    if (more > 0 && end === at + more + 1) {
      found.valid++
      at += more
    } else if (more > 0 && end === bytes.length && !complete) return found
    else found.invalid++
  }
  return found
}

/**
 * Returns a pattern of characters that show bytes invalid in the encoding. Single-byte encodings decode unassigned
 * bytes as control characters that no text has.
 */
export function damageOf(encoding: Encoding): RegExp {
  return encoding.startsWith('utf-') ? /\uFFFD/ : /[\uFFFD\x80-\x9F]/
}
