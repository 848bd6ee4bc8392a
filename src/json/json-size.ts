const [quote, backslash, colon, comma] = [34, 92, 58, 44]
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93]

/** Counts that determine, besides its length, how long a JSON text takes to parse. */
export interface JsonSize {
  /** Total members of all objects. */
  keys: number
  /** Members of the largest object. */
  members: number
  /** Total members of objects and items of arrays. */
  values: number
}

/** Counts in one pass over the bytes, before parsing. Stops when a limit is exceeded. */
export function sizeOfJson(bytes: Buffer, limits: Omit<JsonSize, 'keys'>): JsonSize {
  const size: JsonSize = { keys: 0, members: 0, values: 1 }
  // Members of each open object or array.
  const open = [0]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) at = closingQuote(bytes, at)
    else if (byte === comma) size.values++
    else if (byte === colon) {
      const members = (open[open.length - 1] ?? 0) + 1
      open[open.length - 1] = members
      if (members > size.members) size.members = members
      size.keys++
    } else if (byte === openBrace || byte === openBracket) {
      open.push(0)
      size.values++
    } else if (byte === closeBrace || byte === closeBracket) open.pop()
    if (size.values > limits.values || size.members > limits.members) return size
  }
  return size
}

/** Returns the position of the closing quote of a string, or the end when it is not closed. */
function closingQuote(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(quote, start + 1); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let first = at
    while (bytes[first - 1] === backslash) first--
    if ((at - first) % 2 === 0) return at
  }
  return bytes.length
}
