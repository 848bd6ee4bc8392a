import { possibleOrders, readDay } from './dates.ts'
import { readDayNumber } from './day-numbers.ts'
import { type CellFormat, type DateOrder, type DecimalMark, formatOfCountry } from './format.ts'
import { hasAmbiguousMark, possibleMarks } from './numbers.ts'
import { splitTime } from './times.ts'

/** What a column contains whose cells can be written in several ways. */
export type Written = 'date' | 'number'

/** Why a column is read as it is. */
export const formatReasons = [
  // The request says so.
  'given',
  // The file is an export of this API in raw mode.
  'ownFile',
  // More cells fit than in another reading, or all cells are the same in both.
  'cells',
  // Dates with points have the day first.
  'points',
  // All cells are numbers by which spreadsheets keep dates.
  'dayNumbers',
  // Every marked number has three digits after its mark, as thousands have.
  'thousands',
  // Nothing else decides, and the country writes so.
  'country',
] as const

/** Why a column is read as it is. */
export type FormatReason = (typeof formatReasons)[number]

/** How the cells of a column are read. */
export interface Reading {
  written: Written
  dateOrder?: DateOrder
  decimalMark?: DecimalMark
  hasDayNumbers?: boolean
  formatReason: FormatReason
  /** Whether another reading fits as many cells and gives other values, or some cells fit only another reading. */
  isAmbiguous: boolean
  /** Whether some cells fit only this reading and some only another one. */
  isMixed: boolean
}

/** What is known of a file besides its cells. */
export interface FileFormat {
  given: Partial<CellFormat>
  /** Whether the file is an export of this API in raw mode. */
  isOwn: boolean
  /** The country that the file comes from. */
  country: string | undefined
  now: Date
}

/** Counts the possible readings of the cells of a column, one after the other, and then decides for all of them. */
export interface ColumnSurvey {
  see(text: string): void
  reading(): Reading
}

/** Returns the survey of a column of dates or numbers. */
export function surveyOf(written: Written, file: FileFormat): ColumnSurvey {
  return written === 'date' ? surveyDates(file) : surveyNumbers(file)
}

function surveyDates({ given, country, now }: FileFormat): ColumnSurvey {
  const fits = { dmy: 0, mdy: 0, ymd: 0 }
  const fitsOnly = { dmy: 0, mdy: 0, ymd: 0 }
  let [dates, points, different] = [0, 0, 0]
  let hasDayNumbers: boolean | undefined
  return {
    see(text) {
      hasDayNumbers = hasDayNumbers !== false && readDayNumber(text) !== undefined
      const day = splitTime(text)?.date ?? text
      const orders = possibleOrders(day, now)
      for (const order of orders) fits[order]++
      if (orders.length === 1) fitsOnly[orders[0]!]++
      if (orders.length) dates++
      if (readDay(day, 'dmy', now) !== readDay(day, 'mdy', now)) different++
      if (day.includes('.')) points++
    },
    reading() {
      if (hasDayNumbers) {
        return { written: 'date', hasDayNumbers, formatReason: 'dayNumbers', isAmbiguous: false, isMixed: false }
      }
      const most = Math.max(...Object.values(fits))
      const best = (['dmy', 'mdy', 'ymd'] as const).filter((order) => fits[order] === most)
      const read = (dateOrder: DateOrder, formatReason: FormatReason) => ({
        ...{ written: 'date' as const, dateOrder, formatReason },
        isAmbiguous: formatReason !== 'given' && ((best.length > 1 && different > 0) || fits[dateOrder] < dates),
        isMixed: formatReason !== 'given' && Object.values(fitsOnly).filter(Boolean).length > 1,
      })
      if (given.dateOrder) return read(given.dateOrder, 'given')
      if (best.length === 1 || different === 0) return read(best[0]!, 'cells')
      if (points > 0) return read(best[0]!, 'points')
      const usual = formatOfCountry(country).dateOrder
      return read(best.includes(usual) ? usual : best[0]!, 'country')
    },
  }
}

function surveyNumbers({ given, isOwn, country }: FileFormat): ColumnSurvey {
  const fits = { '.': 0, ',': 0 }
  const fitsOnly = { '.': 0, ',': 0 }
  const ambiguous = { '.': 0, ',': 0 }
  return {
    see(text) {
      const marks = possibleMarks(text)
      for (const mark of marks) fits[mark]++
      if (marks.length === 1) fitsOnly[marks[0]!]++
      if (hasAmbiguousMark(text)) ambiguous[text.includes(',') ? ',' : '.']++
    },
    reading() {
      const isMixed = fitsOnly['.'] > 0 && fitsOnly[','] > 0
      const isAmbiguous = isMixed || (fits['.'] === fits[','] && ambiguous['.'] + ambiguous[','] > 0)
      const read = (decimalMark: DecimalMark, formatReason: FormatReason) => ({
        ...{ written: 'number' as const, decimalMark, formatReason },
        isAmbiguous: isAmbiguous && formatReason !== 'given' && formatReason !== 'ownFile',
        isMixed: isMixed && formatReason !== 'given',
      })
      if (given.decimalMark) return read(given.decimalMark, 'given')
      if (fits['.'] !== fits[',']) return read(fits['.'] > fits[','] ? '.' : ',', 'cells')
      if (isOwn) return read('.', 'ownFile')
      if (!isAmbiguous) return read('.', 'cells')
      // Two numbers with three digits after the mark each are no coincidence; one may be.
      if (ambiguous['.'] > 1 && ambiguous[','] === 0) return read(',', 'thousands')
      if (ambiguous[','] > 1 && ambiguous['.'] === 0) return read('.', 'thousands')
      return read(formatOfCountry(country).decimalMark, 'country')
    },
  }
}
