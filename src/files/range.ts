import { parse } from 'range-parser'
import type { ByteRange } from './store.ts'

/**
 * Reads a `Range` header. Returns undefined, which means the whole file, when the header is absent, malformed or has
 * several ranges (RFC 9110 lets a server ignore those). Returns null when the range is not satisfiable.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
  if (header === undefined || header.includes(',')) return
  const { code, type, ranges } = parse(size, header)
  const isMalformed = code === 1
  return type === 'bytes' && !isMalformed ? (ranges[0] ?? null) : undefined
}
