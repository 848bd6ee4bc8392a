import type { Fault } from '../errors/problem.ts'
import { isStorable } from '../json/json-text.ts'
import { literal, type Range, type Scalar } from './scalar.ts'
import type { TextPart } from './text-parts.ts'
import { inside, type Place, refuse, refuseOutside, type Value } from './value.ts'

/** The operand of a comparison. */
export type Operand = { value: Value } | { range: Range }

/** How requests write the operand of an operator. */
export interface OperandForm {
  /** The schema in the URL. */
  schema: object
  /** True for several values, which the URL separates with commas. */
  isList?: true
  /** True if the order of the values does not matter. */
  isSet?: true
  /** Returns the JSON type of its values in a body, for a kind of values. */
  json(scalar: Scalar): Scalar['json']
  /** Reads the operand for a kind of values. Values from a URL are texts. Undefined after a fault. */
  read(input: unknown, place: Place, scalar: Scalar, fromUrl: boolean): Operand[] | undefined
}

/** Maximum number of values of one operand. */
export const mostOperands = 1000

/** The schema of a value. */
export const valueSchema = { type: ['string', 'number', 'boolean'] }
/** The schema of a list of values. */
export const listSchema = { type: 'array', items: valueSchema, maxItems: mostOperands }
/** URLs are no longer than this. */
const text = { type: 'string', maxLength: 16_000 }
const commas = { anyOf: [text, listSchema] }

const ofScalar = ({ json }: Scalar) => json

/** One value. */
export const oneValue: OperandForm = {
  schema: valueSchema,
  json: ofScalar,
  read(input, place, scalar, fromUrl) {
    const operand = readOperand(input, place, scalar, fromUrl)
    return operand && [operand]
  },
}

/** Two values in order. */
export const twoValues: OperandForm = { schema: commas, isList: true, json: ofScalar, read: readSeveral(true) }

/** Any number of values. */
export const manyValues: OperandForm = {
  ...{ schema: commas, isList: true, isSet: true, json: ofScalar },
  read: readSeveral(false),
}

/** Returns the form of whole numbers within limits, with the time zone in which they are meant. */
export function wholeNumbers(limits: { min: number; max: number }): OperandForm {
  return {
    schema: commas,
    isList: true,
    isSet: true,
    json: () => 'integer',
    read(input, place, _, fromUrl) {
      if (!Array.isArray(input)) return refuse(place, 'invalid_type', { expected: 'array' })
      if (input.length > mostOperands) return refuse(place, 'list_too_long', { limit: mostOperands })
      const numbers = input.map((item, index) => readWholeNumber(item, limits, inside(place, index), fromUrl))
      if (numbers.includes(undefined)) return
      const meant = [...new Set(numbers as number[])].sort((a, b) => a - b)
      return [{ value: { numbers: meant, timeZone: place.context.timeZone } }]
    },
  }
}

function readWholeNumber(
  input: unknown,
  { min, max }: { min: number; max: number },
  place: Place,
  fromUrl: boolean,
): number | undefined {
  const number = fromUrl && /^\d{1,9}$/.test(String(input)) ? Number(input) : input
  if (!Number.isSafeInteger(number)) return refuse(place, 'invalid_integer')
  if (min <= Number(number) && Number(number) <= max) return Number(number)
  return refuseOutside({ ...place, field: { ...place.field, settings: { min, max } } })
}

/** True or false. */
export const flag: OperandForm = {
  schema: { type: 'boolean' },
  json: () => 'boolean',
  read(input, place, _, fromUrl) {
    const value = fromUrl ? { true: true, false: false }[String(input)] : input
    return typeof value === 'boolean' ? [{ value }] : refuse(place, 'invalid_type', { expected: 'boolean' })
  },
}

/** Returns the form of a part of a text. It is read as one fragment, or as several of which one is enough. */
export function fragmentsFor(part: TextPart): OperandForm {
  return {
    schema: text,
    json: () => 'string',
    read: (input, place, scalar) => readFragments(part, input, place, scalar),
  }
}

function readSeveral(isPair: boolean): OperandForm['read'] {
  return (input, place, scalar, fromUrl) => {
    if (!Array.isArray(input)) return refuse(place, 'invalid_type', { expected: 'array' })
    if (input.length > mostOperands) return refuse(place, 'list_too_long', { limit: mostOperands })
    if (isPair && input.length !== 2) return refuse(place, 'two_expected')
    const operands = input.map((item, index) => readOperand(item, inside(place, index), scalar, fromUrl))
    return operands.includes(undefined) ? undefined : (operands as Operand[])
  }
}

function readOperand(input: unknown, place: Place, scalar: Scalar, fromUrl: boolean): Operand | undefined {
  const range = scalar.range?.(input, place)
  if (range) return { range }
  if (input === undefined) return refuse(place, 'required')
  if (input === null) return refuseNull(place)
  const word = typeof input === 'string' ? scalar.word?.(input) : undefined
  const refused: Fault[] = []
  // Limits and patterns apply to values of the field. An operand only needs the right type.
  const free = { ...place, faults: refused, field: { ...place.field, settings: comparable(place.field.settings) } }
  const value = fromUrl && typeof input === 'string' && input !== word ? literal(scalar, input, free) : input
  const read = value === undefined ? undefined : (scalar.operand ?? scalar.read)(value, free)
  for (const fault of refused) place.faults.push(word === undefined ? fault : { ...fault, hint: word })
  if (read === null) return refuseNull(place)
  return read === undefined ? undefined : { value: read }
}

function refuseNull(place: Place): undefined {
  return refuse(place, 'null_operand', {}, { hint: 'isEmpty' })
}

function comparable({ dictionary, type, valueKinds }: Place['field']['settings']): Place['field']['settings'] {
  return { ...(dictionary && { dictionary }), ...(type && { type }), ...(valueKinds && { valueKinds }) }
}

function readFragments(part: TextPart, input: unknown, place: Place, { fragments }: Scalar): Operand[] | undefined {
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'string' })
  if (!isStorable(input)) return refuse(place, 'invalid_characters')
  const all = fragments ? fragments(input, place) : [input]
  // An empty fragment would match every text. A lone accent is empty after folding.
  if (all?.some((one) => /^[\u0300-\u036f]*$/.test(one))) return refuse(place, 'empty_fragment')
  if (!all) return
  const needed = part.includesShorter
    ? all.filter((one) => !all.some((other) => other !== one && one.includes(other)))
    : all
  return needed.map((value) => ({ value }))
}
