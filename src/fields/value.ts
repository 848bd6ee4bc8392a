import type { FaultCode } from '../errors/fault-codes.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import type { Language } from '../errors/language.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field } from './field.ts'
import type { Lookups } from './lookups.ts'

/** A field's value as the API writes it: decimals and instants are texts, so nothing is rounded on the way. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value }

/** What reading a value may depend on; nothing here is global, so a test or an import can say otherwise. */
export interface Context {
  lookups: Lookups
  language: Language
  /** The user who writes. */
  userId: number
  now: Date
  timeZone: string
  /** Countries whose national phone numbers are understood, in the order they are tried. */
  countries: readonly string[]
}

/** Where a value stands in a request, and where its faults go. */
export interface Place {
  field: Field
  context: Context
  pointer: string
  faults: Fault[]
  /** Ids in the present value that its writer was not shown. */
  unseen?: readonly number[]
}

/** The place of a part or item of a value. */
export function inside(place: Place, key: string | number): Place {
  return { ...place, pointer: place.pointer + pointerOf([key]) }
}

/** Notes a fault at the place; undefined is what reading answers when there is no value. */
export function refuse(
  place: Place,
  code: FaultCode,
  params?: Record<string, string | number>,
  more?: Pick<Fault, 'allowed' | 'hint'>,
): undefined {
  place.faults.push({ pointer: place.pointer, code, ...(params && { params }), ...more })
}

/** Whether two values are the same, whatever the order of an object's keys. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [Object.entries(a), b as Record<string, Value>]
  return left.length === Object.keys(right).length && left.every(([key, value]) => same(value, right[key]))
}

/** Whether a value is a plain object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
