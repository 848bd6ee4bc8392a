const [quote, backslash, colon, comma] = [34, 92, 58, 44]
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93]

/** What of a JSON text costs time to read, besides its length. */
export interface JsonSize {
  /** Members of all objects. */
  keys: number
  /** Members of the object that has most. */
  members: number
  /** Members of objects and items of arrays. */
  values: number
}

/** Counts in one pass over the bytes, before anything is made of them; stops where a limit is passed. */
export function sizeOfJson(bytes: Buffer, limits: Omit<JsonSize, 'keys'>): JsonSize {
  const size: JsonSize = { keys: 0, members: 0, values: 1 }
  // Members of each object or array that is open.
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

/** The place of the quote that closes the string which begins here, or the end where none does. */
function closingQuote(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(quote, start + 1); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let first = at
    while (bytes[first - 1] === backslash) first--
    if ((at - first) % 2 === 0) return at
  }
  return bytes.length
}
