/** A date as written, and a time of day. */
export interface WrittenTime {
  date: string
  hour: number
  minute: number
  second: number
  /** The offset from UTC as in ISO 8601, if the text has one. */
  offset?: string
}

const clock =
  /^(.*?\S)(?:,?\s+|T)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([ap])?\.?(?:m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i

/** Maximum length of a time in a file, in characters. */
const longest = 60

/** Splits `31.01.2026 10:00`, `1/31/2026 1:05 PM` or `2026-01-31T10:00:00 +0300`. A date alone means midnight. */
export function splitTime(text: string): WrittenTime | undefined {
  if (text.length > longest) return undefined
  const [, date, hours, minute, second = '0', half, zone] = clock.exec(text) ?? []
  if (date === undefined) return /\d:\d/.test(text) ? undefined : { date: text, hour: 0, minute: 0, second: 0 }
  const hour = half ? inTwelve(Number(hours), half) : Number(hours)
  const time = { date, hour, minute: Number(minute), second: Number(second) }
  if (!(hour < 24 && time.minute < 60 && time.second < 60)) return undefined
  return zone ? { ...time, offset: offsetOf(zone) } : time
}

/** Returns the hour of a day of two halves, or NaN if there is none. */
function inTwelve(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return Number.NaN
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

function offsetOf(zone: string): string {
  if (!/\d/.test(zone)) return '+00:00'
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
}
