import { isAscii } from 'node:buffer'

/** What of a file it takes to tell how it is written. */
export interface Sample {
  /** The beginning of the file. */
  head: Buffer
  /** Whether the beginning is all of it. */
  complete: boolean
  /** Pieces of the rest around bytes past ASCII; empty where the beginning has plenty of them. */
  beyond: Buffer
}

const headBytes = 65_536
/** Letters enough to tell one encoding from another: already a few dozen do. */
const plenty = 2_000
const window = 256

/**
 * Reads the beginning of a file and, where that is ASCII or nearly so, goes on until it has met enough other bytes: the
 * first Cyrillic name may be in row 10,000, and its bytes say what the encoding of all is.
 */
export async function takeSample(open: () => AsyncIterable<Buffer>): Promise<Sample> {
  const kept: Buffer[] = []
  const beyond: Buffer[] = []
  let length = 0
  let foreign = 0
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of open()) {
    const missing = Math.max(0, headBytes - length)
    length += chunk.length
    if (missing > 0) kept.push(chunk.subarray(0, missing))
    if (length <= headBytes) continue
    if (missing > 0) foreign = countForeign(Buffer.concat(kept))
    if (foreign >= plenty) break
    const found = Buffer.concat([rest, chunk.subarray(missing)])
    rest = unfinished(found)
    const pieces = aroundForeign(found.subarray(0, found.length - rest.length))
    beyond.push(...pieces)
    for (const piece of pieces) foreign += countForeign(piece)
  }
  beyond.push(rest)
  return { head: Buffer.concat(kept), complete: length <= headBytes, beyond: Buffer.concat(beyond) }
}

/** The bytes past ASCII at the end, which may be part of a character. */
function unfinished(bytes: Buffer): Buffer {
  let start = bytes.length
  while (start > 0 && bytes.length - start < window && bytes[start - 1]! >= 0x80) start--
  return bytes.subarray(start)
}

/** Pieces that begin a little before a byte past ASCII and end before a byte of ASCII, so that no character is cut. */
function aroundForeign(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  // Most of such a file is ASCII, which is found out natively at gigabytes a second.
  for (let block = 0; block < bytes.length; ) {
    const next = Math.min(block + 4096, bytes.length)
    const start = isAscii(bytes.subarray(block, next))
      ? next
      : bytes.findIndex((byte, at) => at >= block && byte >= 0x80)
    if (start === next) {
      block = next
      continue
    }
    let end = Math.min(start + window, bytes.length)
    while (end < bytes.length && bytes[end]! >= 0x80) end++
    pieces.push(bytes.subarray(Math.max(block, start - 16), end))
    block = end
  }
  return pieces
}

function countForeign(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte >= 0x80) count++
  return count
}
