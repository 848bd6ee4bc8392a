/** Zones by their names in lower case: a formatter costs more than the rest of a page that is read by cursor. */
const known = new Map<string, string>()

/** The name of a zone as the server writes it, since names are understood in any case; undefined where there is none. */
export function canonicalZone(name: string): string | undefined {
  const found = known.get(name.toLowerCase())
  // Offsets are no zones: a day of 23 hours would be lost.
  if (found !== undefined || /^[+-]/.test(name)) return found
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    known.set(name.toLowerCase(), timeZone)
    return timeZone
  } catch {
    return
  }
}

/** Whether this names a time zone. */
export function isTimeZone(name: string): boolean {
  return canonicalZone(name) !== undefined
}
