import pg from 'pg'

// The texts that Postgres writes, as JSON. Connections set DateStyle to ISO and TimeZone to UTC.

/** What JSON escapes: quotes, backslashes and control characters. Postgres stores no lone surrogates. */
const escaped = /[^ !#-[\]-\uffff]/

/** Returns a text as a JSON string. */
export function stringJson(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`
}

/** Returns a text without special characters, such as a decimal or a date, as a JSON string. */
export function quoted(text: string): string {
  return `"${text}"`
}

/** Returns `t` or `f` as a JSON boolean. */
export function booleanJson(text: string): string {
  return text === 't' ? 'true' : 'false'
}

const wholeSecond = '2026-01-31 10:00:00+00'.length
const instantText = /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00(?: BC)?$/

/**
 * Returns `2026-01-31 10:00:00.5+00` as RFC 3339 in UTC with milliseconds, or microseconds if there are any, as the SQL
 * function instant() does. Null for an infinite time.
 */
export function instantOf(text: string): string | null {
  if (text.length === wholeSecond) return `${text.slice(0, 10)}T${text.slice(11, 19)}.000Z`
  const [, day, time, fraction = ''] = instantText.exec(text) ?? []
  if (!day) return null
  const digits = fraction.padEnd(6, '0')
  return `${day}T${time}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`
}

/** Returns an instant as a JSON string. */
export function instantJson(text: string): string {
  const instant = instantOf(text)
  return instant === null ? 'null' : `"${instant}"`
}

/** Returns the items of an array such as `{1,2}`. */
export const itemsOf = pg.types.getTypeParser(1009 as never) as (text: string) => (string | null)[]

/** Returns a function that converts an array to a list. */
export function listReader<Item>(read: (text: string) => Item): (text: string) => (Item | null)[] {
  return (text) => (text === '{}' ? [] : itemsOf(text).map((item) => (item === null ? null : read(item))))
}

/** Returns a function that converts an array to a JSON array. */
export function listJson(itemJson: (text: string) => string): (text: string) => string {
  return (text) => {
    if (text === '{}') return '[]'
    return `[${itemsOf(text)
      .map((item) => (item === null ? 'null' : itemJson(item)))
      .join()}]`
  }
}
