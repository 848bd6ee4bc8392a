/** Time zones by lower-case name. Creating a formatter costs more than reading a page by cursor. */
const known = new Map<string, string>()

/** Returns the canonical name of a time zone, given its name in any case; undefined for unknown names. */
export function canonicalZone(name: string): string | undefined {
  const found = known.get(name.toLowerCase())
  // Offsets are not accepted, because they ignore daylight saving time.
  if (found !== undefined || /^[+-]/.test(name)) return found
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    known.set(name.toLowerCase(), timeZone)
    return timeZone
  } catch {
    return
  }
}

/** Returns whether this is the name of a time zone. */
export function isTimeZone(name: string): boolean {
  return canonicalZone(name) !== undefined
}
