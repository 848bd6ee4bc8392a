import { isAscii } from 'node:buffer'

/** The parts of a file that its dialect is detected from. */
export interface Sample {
  /** The start of the file. */
  head: Buffer
  /** Whether `head` is the whole file. */
  complete: boolean
  /** Pieces of the rest around non-ASCII bytes; empty if `head` has plenty of them. */
  beyond: Buffer
}

const headBytes = 65_536
/** Number of non-ASCII bytes that is more than enough to detect an encoding: a few dozen suffice. */
const plenty = 2_000
const window = 256

/**
 * Reads the start of a file. If that is nearly all ASCII, reads on until it finds enough other bytes: the first
 * Cyrillic name may be in row 10,000, and its bytes determine the encoding of the file.
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

/** Returns the non-ASCII bytes at the end, which may be an incomplete character. */
function unfinished(bytes: Buffer): Buffer {
  let start = bytes.length
  while (start > 0 && bytes.length - start < window && bytes[start - 1]! >= 0x80) start--
  return bytes.subarray(start)
}

/** Returns pieces from shortly before a non-ASCII byte to just before an ASCII byte, so that no character is cut. */
function aroundForeign(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  // Most of such a file is ASCII, which `isAscii` checks natively at gigabytes per second.
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
