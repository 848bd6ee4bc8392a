import type { ByteRange } from './store.ts'

/**
 * Reads a `Range` header. Returns undefined, which means the whole file, when the header is absent, malformed or has
 * several ranges (RFC 9110 lets a server ignore those). Returns null when the range is not satisfiable.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
  const [form, from = '', to = ''] = /^bytes=\s*(\d{0,20})-(\d{0,20})\s*$/i.exec(header ?? '') ?? []
  if (form === undefined || (from === '' && to === '')) return
  if (from === '') return to === '0' || size === 0 ? null : { start: Math.max(0, size - Number(to)), end: size - 1 }
  const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)]
  if (to !== '' && Number(to) < start) return
  return start < size ? { start, end } : null
}
