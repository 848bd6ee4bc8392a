import type { ByteRange } from './store.ts'

/**
 * The bytes that a Range header asks for; undefined for all of them: where there is none, or several, or what is no range
 * of bytes, which RFC 9110 lets a server ignore; null where there are no such bytes.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
  const [form, from = '', to = ''] = /^bytes=\s*(\d{0,20})-(\d{0,20})\s*$/i.exec(header ?? '') ?? []
  if (form === undefined || (from === '' && to === '')) return
  if (from === '') return to === '0' || size === 0 ? null : { start: Math.max(0, size - Number(to)), end: size - 1 }
  const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)]
  if (to !== '' && Number(to) < start) return
  return start < size ? { start, end } : null
}

/** Whether a header names the strong tag among others, or all with a star. */
export function isNamed(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag)
}
