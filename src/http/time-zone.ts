/** The name of a zone as the server writes it: names are understood in any case. */
export function canonicalZone(name: string): string {
  return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
}

/** Whether this names a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    // Offsets are no zones: a day of 23 hours would be lost.
    return !/^[+-]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
