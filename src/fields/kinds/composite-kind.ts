import Type, { type TSchema } from 'typebox'
import type { Labels } from '../../errors/language.ts'
import { nearest } from '../../errors/nearest.ts'
import { nullable, ref } from '../../schema/build.ts'
import type { Field } from '../field.ts'
import type { CsvColumn, Kind } from '../kind.ts'
import { readList } from '../lists.ts'
import type { FieldShape, Scalar } from '../scalar.ts'
import { objectOf, rowOf, type Selection } from '../selection.ts'
import { inside, isObject, type Place, refuse, type Value } from '../value.ts'
import { cell, jsonArray, readCell, shownColumn, target, valueColumn } from './column-kinds.ts'

/** One part of a composite value. */
export interface Part {
  scalar: Scalar
  label: Labels
  multiple?: true
  required?: true
  /** Whether a column with the name of the field has this part. */
  main?: true
  /** Name of a part without which this part has no meaning. */
  with?: string
  /** Name of the part with the currency of this amount. */
  currency?: string
  sortable?: false
}

/** A field without settings. It describes the parts of composite values, which are the same in all fields. */
export const plainField: FieldShape = { settings: {}, options: [], multiple: false, notNull: true, required: false }

/** The name and description of the value in the API document. */
interface Named {
  $id: string
  description: string
}

/** Returns a kind whose value is an object with a column for each part. Omitted parts keep their values. */
export function compositeKind(named: Named, parts: Record<string, Part>, user: Kind['user'] = false): Kind {
  const entries = Object.entries(parts)
  const endings = entries.map(([name]) => [name, `_${snake(name)}`] as const)
  const column = (field: Field, name: string) => `${field.column}_${snake(name)}`
  const [value, given] = partsSchemas(named, entries)
  return {
    user,
    settings: ['default'],
    rows: null,
    empty: () => null,
    columns: (field) =>
      Object.fromEntries(
        entries.map(([name, part]) => [column(field, name), part.scalar.pgType + (part.multiple ? '[]' : '')]),
      ),
    fill(row, field, value) {
      if (!isObject(value)) return
      for (const [name, ending] of endings) {
        const part = (value[name] ?? null) as Value
        if (part !== null) row[field.column + ending] = part
      }
    },
    schema: (field) => (field.notNull ? ref(value) : nullable(ref(value))),
    input: () => nullable(ref(given)),
    schemas: [...new Set([value, given])],
    read: (input, place, before) => (input === null ? null : readParts(parts, input, place, before)),
    shown(field) {
      const members = entries.map(([name, part]): [string, Selection<string>] => [
        name,
        shownColumn(part.scalar, column(field, name), part.multiple ?? false),
      ])
      return nullIfEmpty(objectOf(members), 'null')
    },
    value(field) {
      const members = entries.map(([name, part]): [string, Selection<Value>] => [
        name,
        valueColumn(part.scalar, column(field, name), part.multiple ?? false),
      ])
      return nullIfEmpty<Value>(rowOf(Object.fromEntries(members)), null)
    },
    targets: (field) =>
      entries.map(([name, part]) => {
        const plain = target(field, `${field.path}.${name}`, part.scalar, column(field, name), part.multiple ?? false)
        const one = part.currency ? { ...plain, currency: `${field.path}.${part.currency}` } : plain
        const wanted = { ...one, sortable: part.sortable !== false && one.sortable }
        if (wanted.sortable && part.scalar.sortable) return wanted
        const { lacksIndex: _, ...rest } = wanted
        return { ...rest, indexed: {} }
      }),
    csv: (field) => entries.map(([name, part]) => partColumn(field, name, part)),
  }
}

/** Returns a selection with the value `empty` if all its columns are null. */
function nullIfEmpty<Value>(selection: Selection<Value>, empty: Value): Selection<Value> {
  const { width, read } = selection
  return {
    ...selection,
    read(row, at) {
      for (let index = at; index < at + width; index++) if (row[index] !== null) return read(row, at)
      return empty
    },
  }
}

/** Returns the schemas of the value: in responses with all parts, in requests with optional parts. */
function partsSchemas({ $id, description }: Named, parts: readonly [string, Part][]): [TSchema, TSchema] {
  const objectOf = (id: string, schema: (part: Part) => TSchema) =>
    Type.Object(Object.fromEntries(parts.map(([name, part]) => [name, schema(part)])), {
      $id: id,
      description,
      additionalProperties: false,
    })
  const value = objectOf($id, partSchema)
  const isWhole = parts.every(([, { required }]) => required)
  const input = (part: Part) => (part.required ? partSchema(part) : Type.Optional(partSchema(part)))
  return [value, isWhole ? value : objectOf(`${$id}Input`, input)]
}

function partSchema({ scalar, multiple, required, label }: Part): TSchema {
  const one = scalar.schema(plainField)
  const described = {
    ...(multiple ? Type.Array(one) : one),
    description: `${label.en.charAt(0).toUpperCase()}${label.en.slice(1)}.`,
  }
  return required ? described : nullable(described)
}

function readParts(parts: Record<string, Part>, input: unknown, place: Place, before: Value): Value | undefined {
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'object' })
  const faults = place.faults.length
  for (const key of Object.keys(input).filter((key) => !Object.hasOwn(parts, key))) {
    const hint = nearest(key, Object.keys(parts))
    refuse(inside(place, key), 'unknown_field', {}, hint ? { hint } : {})
  }
  const value: Record<string, Value> = {}
  for (const [name, part] of Object.entries(parts)) {
    const kept = isObject(before) ? ((before[name] as Value) ?? null) : null
    const read = name in input ? readPart(part, input[name], inside(place, name)) : kept
    if (read === null && part.required) refuse(inside(place, name), 'required')
    value[name] = read ?? null
  }
  if (place.faults.length > faults) return
  for (const [name, { with: other }] of Object.entries(parts))
    if (other && value[name] !== null && value[other] === null)
      return refuse(inside(place, other), 'required', { of: name })
  return Object.values(value).every((part) => part === null) ? null : value
}

function readPart(part: Part, input: unknown, place: Place): Value | undefined {
  if (input === null || input === '') return null
  if (!part.multiple) return part.scalar.read(input, place)
  const { read } = part.scalar
  const items = { most: 20, read, nameOf: (item: Value) => item, readName: read, clash: () => false }
  const list = readList(input, place, null, items)
  return list?.length === 0 ? null : list
}

function partColumn(field: Field, name: string, part: Part): CsvColumn {
  const { en, ru } = part.label
  return {
    field,
    key: `${field.path}.${name}`,
    label: field.userFieldId ? { en: `${field.label.en}: ${en}`, ru: `${field.label.ru}: ${ru}` } : part.label,
    ...(part.scalar.written && { written: part.scalar.written }),
    ...(part.main && { isMain: true }),
    write(value, writing) {
      const one = isObject(value) ? (value[name] as Value) : null
      if (one === null || one === undefined) return ''
      if (!part.multiple) return cell(one, field, part.scalar, writing)
      return writing.mode === 'raw' ? JSON.stringify(one) : (one as Value[]).join(', ')
    },
    read(text, place) {
      if (!part.multiple) return readCell(text, part.scalar, place)
      return (
        jsonArray(text) ??
        text
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean)
      )
    },
    into: { part: name },
  }
}

/** Converts `postalCode` to `postal_code`. */
export function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
