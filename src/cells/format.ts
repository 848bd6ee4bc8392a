/** The order of day, month and year in a written date. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd'

/** The character before the decimals of a written number. */
export type DecimalMark = '.' | ','

/** How the dates and numbers of a column are written. */
export interface CellFormat {
  dateOrder: DateOrder
  decimalMark: DecimalMark
  /** Whether cells contradict each other, so that a cell with two readings has none. */
  isMixed?: boolean
  /** Whether dates are the numbers of days by which spreadsheets keep them. */
  hasDayNumbers?: boolean
}

/** The date orders by their names in requests. The separators of the dates may differ. */
export const dateFormats = { 'dd.mm.yyyy': 'dmy', 'mm/dd/yyyy': 'mdy', 'yyyy-mm-dd': 'ymd' } as const

/** The decimal marks by their names in requests. */
export const numberFormats = { '1,234.50': '.', '1.234,50': ',' } as const

/** The name of a date order in requests. */
export type DateFormat = keyof typeof dateFormats

/** The name of a decimal mark in requests. */
export type NumberFormat = keyof typeof numberFormats

/** Returns the name of a date order. */
export function dateFormatOf(order: DateOrder): DateFormat {
  return order === 'mdy' ? 'mm/dd/yyyy' : order === 'ymd' ? 'yyyy-mm-dd' : 'dd.mm.yyyy'
}

/** Returns the name of a decimal mark. */
export function numberFormatOf(mark: DecimalMark): NumberFormat {
  return mark === '.' ? '1,234.50' : '1.234,50'
}

const known = new Map<string | undefined, CellFormat>()

/** Returns how dates and numbers are usually written in a country, by the locale data of the runtime (CLDR). */
export function formatOfCountry(country: string | undefined): CellFormat {
  const found = known.get(country) ?? readFormat(country)
  known.set(country, found)
  return found
}

function readFormat(country: string | undefined): CellFormat {
  const { language, region } = new Intl.Locale(`und-${country ?? 'GB'}`).maximize()
  // Without the script: `en-Latn-GB` would be formatted as `en`.
  const locale = `${language}-${region}`
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'short', numberingSystem: 'latn' })
  const [first, second] = date.formatToParts(0).flatMap(({ type }) => (type === 'literal' ? [] : [type]))
  const number = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5)
  return {
    dateOrder: first === 'year' ? 'ymd' : first === 'month' && second === 'day' ? 'mdy' : 'dmy',
    decimalMark: number.some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.',
  }
}
