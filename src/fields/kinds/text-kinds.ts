import Type, { type TSchema } from 'typebox'
import { isStorable } from '../../json/json-text.ts'
import { isBlank, trimmed } from '../blank.ts'
import { stringJson } from '../json-texts.ts'
import { operatorSets } from '../operators.ts'
import { matches } from '../pattern.ts'
import type { FieldShape, Scalar } from '../scalar.ts'
import { type Place, refuse, type Value } from '../value.ts'
import { isWebsite } from '../website.ts'

/** Maximum length of a one-line text. It fits into an index entry (2,704 bytes) in every alphabet. */
export const longestString = 500
/** Maximum length of a multi-line text. */
export const longestText = 100_000

/** Reads text that the database can store. */
export function readText(input: unknown, place: Place, limits: { min?: number; max: number; trim?: boolean }) {
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'string' })
  // Far beyond the limit, skip the checks that read every character.
  if (input.length > 4 * limits.max + 1000) return refuse(place, 'too_long', { limit: limits.max })
  if (!isStorable(input)) return refuse(place, 'invalid_characters')
  const text = limits.trim ? trimmed(input) : input
  if (isBlank(text)) return null
  // A text has at most as many characters as code units.
  if (text.length <= limits.max && !limits.min) return text
  const length = [...text].length
  if (length > limits.max) return refuse(place, 'too_long', { limit: limits.max })
  if (length < (limits.min ?? 0)) return refuse(place, 'too_short', { limit: limits.min ?? 0 })
  return text
}

/** Reads the operand of a comparison. A blank text equals nothing, because blank texts are not stored. */
export function readComparedText(input: unknown, place: Place): string | undefined {
  // NUL is blank too, but the database cannot store it.
  if (typeof input === 'string' && isStorable(input) && isBlank(input)) return ''
  return readText(input, place, { max: longestText }) ?? undefined
}

function readFieldText(input: unknown, place: Place, longest: number, trim: boolean): Value | undefined {
  const { minLength, maxLength, pattern } = place.field.settings
  const text = readText(input, place, { min: minLength ?? 0, max: maxLength ?? longest, trim })
  if (!text || !pattern) return text
  return matches(pattern, text) ? text : refuse(place, 'pattern_mismatch', { pattern })
}

function textSchema(field: FieldShape, longest: number): TSchema {
  const { minLength, maxLength, pattern } = field.settings
  return Type.String({ maxLength: maxLength ?? longest, ...(minLength && { minLength }), ...(pattern && { pattern }) })
}

/** Spaces that the values of addresses never have. */
export const innerSpaces = /(?<=\S) (?=\S)/g

/** One line of text, trimmed. An empty text becomes null. */
export const string: Scalar = {
  pgType: 'text',
  json: 'string',
  schema: (field) => textSchema(field, longestString),
  read: (input, place) => readFieldText(input, place, longestString, true),
  operand: readComparedText,
  toJson: stringJson,
  operators: operatorSets.text,
  sortable: true,
  longest: longestString,
  search: 'words',
  collated: true,
  grouping: 'values',
}

const { grouping: _, ...ungrouped } = string

/** Multi-line text, stored exactly as sent. */
export const text: Scalar = {
  ...ungrouped,
  schema: (field) => textSchema(field, longestText),
  read: (input, place) => readFieldText(input, place, longestText, false),
  sortable: false,
  longest: longestText,
}

/** A web address: a host name with an optional path, or an http(s) URL. */
export const url: Scalar = {
  ...string,
  plusSigns: innerSpaces,
  read(input, place) {
    const text = string.read(input, place)
    return typeof text !== 'string' || isWebsite(text) ? text : refuse(place, 'invalid_url')
  },
}
