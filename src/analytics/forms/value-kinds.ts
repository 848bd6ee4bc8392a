import type { Language } from '../../errors/language.ts'
import type { ExportMode } from '../../exports/columns.ts'
import { shownDate, shownInstant } from '../../fields/kinds/time-kinds.ts'
import type { CellValue, ColumnKind } from '../table.ts'
import { durationText, type Length, moneyText, numberText } from './number-text.ts'

/** What the texts of a file depend on. */
export interface CsvWriting {
  mode: ExportMode
  language: Language
  /** The time zone of timestamps. */
  timeZone: string
}

type Plain = string | number

/** How the values of a kind of column are written and drawn. */
interface ValueKind {
  /** Whether values have places on a scale. */
  isDrawn: boolean
  /** Whether values are amounts with currencies. */
  isMoney: boolean
  /** Writes a value for people in a picture. */
  inPicture(value: Plain, language: Language, length: Length): string
  /** Writes a value for people in a spreadsheet, so that it is read as what it is. */
  inFile(value: Plain, writing: CsvWriting): string
}

const text: ValueKind = { isDrawn: false, isMoney: false, inPicture: String, inFile: String }
const number: ValueKind = {
  ...{ isDrawn: true, isMoney: false, inPicture: numberText },
  inFile: (value, { language }) => decimalText(String(value), language),
}

/** The kinds of columns. */
export const valueKinds: Readonly<Record<ColumnKind, ValueKind>> = {
  group: text,
  text,
  count: number,
  number,
  money: { ...number, isMoney: true },
  percent: {
    ...number,
    inPicture: (value, language, length) => numberText(value, language, length) + (language === 'ru' ? '\u00A0%' : '%'),
    inFile: (value, { language }) => `${decimalText(String(value), language)}%`,
  },
  duration: {
    ...number,
    inPicture: (value, language) => durationText(Number(value), language),
    inFile: (value) => clock(Number(value)),
  },
  date: {
    ...text,
    inFile: (value, { language, timeZone }) =>
      String(value).includes('T')
        ? shownInstant(String(value), timeZone, language)
        : shownDate(String(value), language),
  },
}

/** Returns a value as people read it in a picture. */
export function pictureText(value: CellValue, kind: ColumnKind, language: Language, length: Length = 'full'): string {
  const parts = [value ?? []].flat().map((one) => {
    return typeof one === 'object'
      ? moneyText(one, language, length)
      : valueKinds[kind].inPicture(one, language, length)
  })
  return parts.join(', ') || '–'
}

/** Returns a decimal as spreadsheets in a language read it. */
export function decimalText(text: string, language: Language): string {
  return language === 'ru' ? text.replace('.', ',') : text
}

/** Returns seconds as `30:05:00`, which spreadsheets read as a duration. */
function clock(seconds: number): string {
  const whole = Math.abs(Math.trunc(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return (seconds < 0 ? '-' : '') + parts.map((part) => String(part).padStart(2, '0')).join(':')
}
