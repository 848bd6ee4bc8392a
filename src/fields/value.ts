import { type CellFormat, formatOfCountry } from '../cells/format.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import type { Language } from '../errors/language.ts'
import { outsideLimits } from '../errors/outside-limits.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from './field.ts'
import type { Lookups } from './lookups.ts'

/** The value of a field in the form of the API. Decimals and instants are strings, so nothing is rounded. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value }

/** The context for reading a value. Nothing in it is global, so tests and imports can set their own. */
export interface Context {
  lookups: Lookups
  language: Language
  /** Id of the user who sends the value. */
  userId: number
  now: Date
  timeZone: string
  /** Countries whose national phone numbers are accepted, in the order they are tried. */
  countries: readonly string[]
  /** The same by the use of a phone, where a row of a file shows other countries for it. */
  countriesByUse?: Readonly<Record<string, readonly string[]>>
}

/** The position of a value in a request, and the list that collects its faults. */
export interface Place {
  field: Field
  context: Context
  pointer: string
  faults: Fault[]
  /** Items of the present value that are hidden from the writer: ids, or records of several types. */
  unseen?: readonly Value[]
  /** How the dates and numbers of the column of a file are written. Default: as in the country. */
  format?: CellFormat
}

/** Returns how the dates and numbers of a cell are written. */
export function formatAt({ format, context }: Place): CellFormat {
  return format ?? formatOfCountry(context.countries[0])
}

/** Returns the place of a part or item of a value. */
export function inside(place: Place, key: string | number): Place {
  return { ...place, pointer: place.pointer + pointerOf([key]) }
}

/** Returns the place of a phone with the countries of its use. */
export function inUse(place: Place, use: unknown): Place {
  const countries = place.context.countriesByUse?.[String(use)]
  return countries ? { ...place, context: { ...place.context, countries } } : place
}

/** Adds a fault at the place. Returns undefined, as readers do when there is no value. */
export function refuse(
  place: Place,
  code: Fault['code'],
  params?: Record<string, string | number>,
  more?: Pick<Fault, 'allowed' | 'hint' | 'unknown'>,
): undefined {
  place.faults.push({ pointer: place.pointer, code, ...(params && { params }), ...more })
}

/** Refuses a value that is outside the limits in the settings of its field. */
export function refuseOutside(place: Place): undefined {
  place.faults.push({ pointer: place.pointer, ...outsideLimits(place.field.settings) })
}

/** Returns whether two values are equal. Ignores the order of keys. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a))
    return a.length === (b as Value[]).length && a.every((item, at) => same(item, (b as Value[])[at]))
  const [keys, right] = [Object.keys(a), b as Record<string, Value>]
  return keys.length === Object.keys(right).length && keys.every((key) => same(a[key], right[key]))
}

/** Returns whether there is no value: null, or an empty list. */
export function isNothing(value: Value | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/** Returns whether a value is a plain object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
