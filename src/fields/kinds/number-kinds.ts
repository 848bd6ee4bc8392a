import { Big } from 'big.js'
import Type from 'typebox'
import { readNumber } from '../../cells/numbers.ts'
import { booleanJson, quoted } from '../json-texts.ts'
import { operatorSets } from '../operators.ts'
import type { Scalar } from '../scalar.ts'
import { formatAt, type Place, refuse, refuseOutside, type Value } from '../value.ts'

const decimalForm = /^-?\d{1,30}(\.\d{1,15})?$/

/** Returns the pattern of decimals with at most this many digits after the point. */
function decimalPattern(precision = 15): string {
  return precision ? `^-?\\d{1,30}(\\.\\d{1,${precision}})?$` : '^-?\\d{1,30}$'
}

/** Reads an exact decimal. Rejects JSON numbers, because the client may have rounded them. */
function readDecimal(input: unknown, place: Place): Value | undefined {
  if (typeof input === 'number') return refuse(place, 'decimal_as_number', {}, hintOf(input))
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'decimal string' })
  if (!decimalForm.test(input)) return refuse(place, 'invalid_decimal')
  const { min, max, precision } = place.field.settings
  const value = input.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-(0(\.0+)?)$/, '$1')
  if (precision !== undefined && (value.split('.')[1]?.length ?? 0) > precision) {
    return refuse(place, 'too_precise', { limit: precision })
  }
  if ((min !== undefined && new Big(value).lt(min)) || (max !== undefined && new Big(value).gt(max))) {
    return refuseOutside(place)
  }
  return value
}

/** Returns the decimal to send as a hint, or nothing when JSON may have changed the number. */
function hintOf(input: number): { hint?: string } {
  return decimalForm.test(String(input)) && Math.abs(input) <= Number.MAX_SAFE_INTEGER ? { hint: `"${input}"` } : {}
}

function readInteger(input: unknown, place: Place): Value | undefined {
  if (typeof input !== 'number') return refuse(place, 'invalid_type', { expected: 'integer' })
  if (!Number.isSafeInteger(input)) return refuse(place, 'invalid_integer')
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = place.field.settings
  if (input < Number(min) || input > Number(max)) return refuseOutside(place)
  return input === 0 ? 0 : input
}

/** Reads a number of a file. Anything else is refused: it is never 0. */
function readWritten(text: string, place: Place, code: 'invalid_integer' | 'invalid_decimal'): string | undefined {
  const { decimalMark, isMixed } = formatAt(place)
  const number = readNumber(text, decimalMark)
  if (number === undefined) return refuse(place, code)
  const other = isMixed ? readNumber(text, decimalMark === '.' ? ',' : '.') : undefined
  return other === undefined || other === number ? number : refuse(place, 'ambiguous_number')
}

/** Integers that JSON represents exactly: within ±(2^53 − 1). */
export const integer: Scalar = {
  pgType: 'bigint',
  json: 'integer',
  schema: ({ settings: { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } }) =>
    Type.Integer({ minimum: Number(min), maximum: Number(max) }),
  read: readInteger,
  written: 'number',
  fromCsv(text, place) {
    const plain = readWritten(text, place, 'invalid_integer')?.replace(/\.0+$/, '')
    if (plain === undefined) return undefined
    return plain.includes('.') ? refuse(place, 'invalid_integer') : readInteger(Number(plain), place)
  },
  toJson: (text) => text,
  operators: operatorSets.order,
  sortable: true,
  grouping: 'values',
  scale: 'number',
}

/** Exact decimals: strings in JSON, numeric in SQL. `"2.50"` is returned as `"2.50"`. */
export const decimal: Scalar = {
  pgType: 'numeric',
  json: 'string',
  schema: ({ settings }) => Type.String({ pattern: decimalPattern(settings.precision) }),
  read: readDecimal,
  written: 'number',
  fromCsv(text, place) {
    const plain = readWritten(text, place, 'invalid_decimal')
    return plain === undefined ? undefined : readDecimal(plain, place)
  },
  toCsv: (value, _field, writing) =>
    writing.mode === 'people' && writing.language === 'ru' ? String(value).replace('.', ',') : String(value),
  toJson: quoted,
  operators: operatorSets.order,
  sortable: true,
  scale: 'number',
}

/** Returns exact decimals within limits of their own, whatever the settings of the field. */
export function decimalUpTo(most: number): Scalar {
  const settings = { min: String(-most), max: String(most), precision: 8 }
  return {
    ...decimal,
    read: (input, place) => readDecimal(input, { ...place, field: { ...place.field, settings } }),
    fromCsv: (text, place) => decimal.fromCsv!(text, { ...place, field: { ...place.field, settings } }),
    operand: readDecimal,
    sortable: false,
  }
}

const yes = new Set(['true', 't', 'yes', 'y', '1', 'on', 'да', 'д', 'истина', 'вкл', '+', '✓', '✔', '☑'])
const no = new Set(['false', 'f', 'no', 'n', '0', 'off', 'нет', 'н', 'ложь', 'выкл', '-', '✗', '✘', '☐'])

/** True or false. */
export const boolean: Scalar = {
  pgType: 'boolean',
  json: 'boolean',
  schema: () => Type.Boolean(),
  read: (input, place) => (typeof input === 'boolean' ? input : refuse(place, 'invalid_type', { expected: 'boolean' })),
  fromCsv(text, place) {
    // A spreadsheet may write `=TRUE()`.
    const word = text.toLowerCase().replace(/^=(.+)\(\)$|\.$/, '$1')
    if (yes.has(word)) return true
    return no.has(word) ? false : refuse(place, 'invalid_type', { expected: 'boolean' })
  },
  toCsv(value, _field, { mode, language }) {
    if (mode === 'raw') return String(value)
    return language === 'ru' ? (value ? 'Да' : 'Нет') : value ? 'Yes' : 'No'
  },
  toJson: booleanJson,
  operators: operatorSets.flag,
  sortable: false,
  order: () => ({}),
  countable: true,
  grouping: 'values',
}
