import { type RawBuilder, sql } from 'kysely'
import Type, { type TSchema } from 'typebox'
import type { Labels } from '../../errors/language.ts'
import { nearest } from '../../errors/nearest.ts'
import { nullable, ref } from '../../schema/build.ts'
import type { Field } from '../field.ts'
import type { CsvColumn, Hop, Kind, Searched, Target } from '../kind.ts'
import { listInput, readList } from '../lists.ts'
import type { CsvWriting, Described, Scalar } from '../scalar.ts'
import { inside, isObject, type Place, refuse, same, type Value } from '../value.ts'

/** Maximum number of values of a multiple field. */
export const mostColumnValues = 200

const columnOf = (name: string): RawBuilder<unknown> => sql.ref(`record.${name}`)

function jsonOf(scalar: Scalar, column: string, multiple: boolean): RawBuilder<unknown> {
  const convert = multiple ? scalar.listToJson : scalar.toJson
  return convert ? convert(columnOf(column)) : columnOf(column)
}

/** Returns a kind that stores its value in one column, as an array if the field is multiple. */
export function scalarKind(scalar: Scalar, user: Kind['user'] = false, settings: Kind['settings'] = []): Kind {
  const items = {
    most: mostColumnValues,
    read: (input: unknown, place: Place) => scalar.read(input, place),
    nameOf: (item: Value) => item,
    // A present value can be removed even if it is no longer valid.
    readName: (input: unknown, place: Place, known: readonly Value[]) =>
      known.find((item) => item === input) ?? scalar.read(input, place),
    clash: same,
  }
  return {
    user,
    settings,
    rows: null,
    ...(scalar.defaultWord && { defaultWord: scalar.defaultWord }),
    // An empty list is [] in a system field and null in a user field.
    empty: (field) => (field.multiple && !field.userFieldId ? [] : null),
    columns: (field) => ({ [field.column]: scalar.pgType + (field.multiple ? '[]' : '') }),
    cells: (field, value) => ({ [field.column]: value }),
    schema(field) {
      const one = field.multiple ? Type.Array(scalar.schema(field)) : scalar.schema(field)
      return field.notNull ? one : nullable(one)
    },
    input: (field) =>
      field.multiple
        ? listInput(scalar.schema(field), scalar.schema(field), mostColumnValues)
        : field.notNull || field.required
          ? scalar.schema(field)
          : nullable(scalar.schema(field)),
    read(input, place, before) {
      if (!place.field.multiple) return input === null ? null : scalar.read(input, place)
      const list = readList(input, place, before, { ...items, repeats: place.field.userFieldId !== null })
      return list?.length === 0 && place.field.userFieldId ? null : list
    },
    json: (field) => jsonOf(scalar, field.column, field.multiple),
    targets: (field) => [target(field, field.path, scalar, field.column, field.multiple)],
    hop: (field) => scalar.leadsTo && hopOver(field, scalar.leadsTo(field)),
    searched: (field) => searchedIn(field, scalar),
    csv: (field) => [
      field.multiple
        ? {
            ...csvColumn(field, scalar),
            read: (text, place) => cellItems(text, scalar, place),
            write: listCell(field, scalar),
            into: 'items',
          }
        : csvColumn(field, scalar),
    ],
  }
}

function searchedIn(field: Field, { search }: Scalar): Searched | null {
  const column = columnOf(field.column)
  if (search === 'id') return { field, in: 'value', column, value: ({ text }) => idOf(text) }
  if (search !== 'words') return null
  const text = field.multiple ? sql`array_to_string(${column}, ', ')` : column
  return { field, in: 'key', key: searchKey(field, 'record.'), text }
}

/** Returns SQL of the search key of a field: a column of a system field, the indexed expression of a user field. */
export function searchKey({ column, userFieldId }: Field, table: 'record.' | ''): RawBuilder<unknown> {
  return userFieldId === null ? sql.ref(`${table}${column}_key`) : sql`search_key(${sql.ref(table + column)})`
}

/** Returns the number in `#15`. */
function idOf(text: string): number | undefined {
  const [, digits] = /^#(\d{1,15})$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}

function target(field: Field, path: string, scalar: Scalar, column: string, multiple: boolean): Target {
  const sortable = scalar.sortable && !multiple && field.sortable
  const indexed = indexesOf(field, scalar, sortable)
  return { path, field, scalar, column: columnOf(column), shape: multiple ? 'array' : 'one', sortable, indexed }
}

/** Returns which indexes exist. Sortable texts also have an index for parts; user fields have all useful indexes. */
function indexesOf(field: Field, scalar: Scalar, sortable: boolean): NonNullable<Target['indexed']> {
  const isUserField = field.userFieldId !== null
  return {
    values: sortable || (field.indexed ?? (isUserField && field.multiple)),
    parts: scalar.operators.includes('contains') && !field.multiple && (sortable || isUserField),
  }
}

/** Returns the hop over a column. Its SQL form lets the planner start at either end of the link. */
function hopOver(field: Field, to: string): Hop {
  const column = columnOf(field.column)
  return {
    ...{ field, to, name: field.path.replace(/Id$/, '') },
    leadsTo: (ids) =>
      field.multiple
        ? sql`${column} && array(${ids})`
        : sql`exists (select from (${ids}) as linked where linked.id = ${column})`,
  }
}

function csvColumn(field: Field, scalar: Scalar): CsvColumn {
  return {
    field,
    key: field.path,
    label: field.label,
    aliases: field.aliases,
    write: (value, writing) => (value === null ? '' : cell(value, field, scalar, writing)),
    read: (text, place) => readCell(text, scalar, place),
    into: 'value',
  }
}

function cell(value: Value, field: Field, scalar: Scalar, writing: CsvWriting): string {
  return scalar.toCsv?.(value, field, writing) ?? String(value)
}

function readCell(text: string, scalar: Scalar, place: Place): unknown {
  if (scalar.fromCsv) return scalar.fromCsv(text, place)
  if (scalar.json !== 'integer') return scalar.read(text, place)
  return /^\d{1,16}$/.test(text) ? scalar.read(Number(text), place) : refuse(place, 'invalid_integer')
}

/** Reads several values from a cell: a JSON array (raw mode), or values separated by commas, semicolons or lines. */
function cellItems(text: string, scalar: Scalar, place: Place): unknown[] | undefined {
  const array = jsonArray(text)
  if (array) return array
  const values = text.split(/[,;\n]/).flatMap((item) => (item.trim() ? [readCell(item.trim(), scalar, place)] : []))
  return values.includes(undefined) ? undefined : values
}

/** Returns the array in a cell that contains a JSON array. */
export function jsonArray(text: string): unknown[] | undefined {
  if (!text.startsWith('[')) return
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return
  }
}

function listCell(field: Field, scalar: Scalar): CsvColumn['write'] {
  return (value, writing) => {
    const list = Array.isArray(value) ? value : []
    if (writing.mode === 'raw') return list.length ? JSON.stringify(list) : ''
    return list.map((item) => cell(item, field, scalar, writing)).join(', ')
  }
}

/** One part of a composite value. */
export interface Part {
  scalar: Scalar
  label: Labels
  multiple?: true
  required?: true
  sortable?: false
  aliases?: readonly string[]
}

/** A field without settings. It describes the parts of composite values, which are the same in all fields. */
export const plainField: Described = { settings: {}, options: [], multiple: false, notNull: true, required: false }

/** The name and description of the value in the API document. */
interface Named {
  $id: string
  description: string
}

/** Returns a kind whose value is an object with a column for each part. Omitted parts keep their values. */
export function compositeKind(named: Named, parts: Record<string, Part>, user: Kind['user'] = false): Kind {
  const entries = Object.entries(parts)
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
    cells: (field, value) =>
      Object.fromEntries(
        entries.map(([name]) => [column(field, name), isObject(value) ? ((value[name] as Value) ?? null) : null]),
      ),
    schema: (field) => (field.notNull ? ref(value) : nullable(ref(value))),
    input: () => nullable(ref(given)),
    schemas: [...new Set([value, given])],
    read: (input, place, before) => (input === null ? null : readParts(parts, input, place, before)),
    json(field) {
      const columns = entries.map(([name]) => columnOf(column(field, name)))
      const pairs = entries.map(
        ([name, part]) => sql`${sql.lit(name)}, ${jsonOf(part.scalar, column(field, name), part.multiple ?? false)}`,
      )
      return sql`case when num_nonnulls(${sql.join(columns)}) > 0 then json_build_object(${sql.join(pairs)}) end`
    },
    targets: (field) =>
      entries.map(([name, part]) => {
        const one = target(field, `${field.path}.${name}`, part.scalar, column(field, name), part.multiple ?? false)
        return part.sortable === false ? { ...one, sortable: false, indexed: {} } : one
      }),
    csv: (field) => entries.map(([name, part]) => partColumn(field, name, part)),
  }
}

/** Returns the schemas of the value: in responses with all parts, in requests with optional parts. */
function partsSchemas({ $id, description }: Named, parts: readonly [string, Part][]): [TSchema, TSchema] {
  const objectOf = (id: string, schema: (part: Part) => TSchema) =>
    Type.Object(Object.fromEntries(parts.map(([name, part]) => [name, schema(part)])), {
      ...{ $id: id, description, additionalProperties: false },
    })
  const value = objectOf($id, partSchema)
  const isWhole = parts.every(([, { required }]) => required)
  const input = (part: Part) => (part.required ? partSchema(part) : Type.Optional(partSchema(part)))
  return [value, isWhole ? value : objectOf(`${$id}Input`, input)]
}

function partSchema({ scalar, multiple, required, label }: Part): TSchema {
  const one = scalar.schema(plainField)
  const described = { ...(multiple ? Type.Array(one) : one), description: `${label.en}.` }
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
    aliases: part.aliases ?? [],
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
