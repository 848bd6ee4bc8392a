import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { meantId } from '../../json/id-text.ts'
import { nullable, ref } from '../../schema/build.ts'
import type { Field } from '../field.ts'
import type { CsvColumn, Kind } from '../kind.ts'
import { listInput, readList } from '../lists.ts'
import { jsonColumn } from '../selection.ts'
import { inside, isObject, type Place, refuse, same, type Value } from '../value.ts'
import { anyId } from './choice-kinds.ts'
import { columnOf, jsonArray } from './column-kinds.ts'

/** A file in a response. */
type NamedFile = { id: number; name: string; size: number }

/** The most files of one field, and of one request. */
export const mostFiles = 200
const members = ['id', 'name', 'size']

const shown = Type.Object(
  {
    id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the file.' }),
    name: Type.String({ maxLength: 255, description: 'Name of the file.' }),
    size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Size of the file in bytes.' }),
  },
  { $id: 'FileReference', additionalProperties: false, description: 'A file attached to a record.' },
)
/** A file in a request. */
export const FileReferenceInput = Type.Object(
  {
    id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of an uploaded file.' }),
    name: Type.Optional(
      Type.String({ maxLength: 255, description: 'Ignored. Accepted so that a response can be sent back.' }),
    ),
    size: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Ignored. Accepted so that a response can be sent back.',
      }),
    ),
  },
  { $id: 'FileReferenceInput', additionalProperties: false, description: 'An uploaded file to attach to the record.' },
)

/** An item of a list of files in a request: a file, or its id alone. */
export const fileItem = Type.Union([
  ref(FileReferenceInput),
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of an uploaded file.' }),
])

/** Files, one or several in order: a JSON column with names and sizes, and rows of `record_file` to find records by. */
export const file: Kind = {
  user: 'multiple',
  settings: ['maxSize', 'extensions'],
  rows: 'record_file',
  pointsTo: 'file',
  empty: (field) => (field.multiple && !field.userFieldId ? [] : null),
  columns: (field) => ({ [field.column]: 'json' }),
  fill(row, field, value) {
    row[field.column] = value
  },
  stored: (field, ids) => (field.multiple ? namedFiles(ids) : sql`${namedFiles(sql`json_build_array(${ids})`)} -> 0`),
  schema(field) {
    const one = field.multiple ? Type.Array(ref(shown)) : ref(shown)
    return field.notNull ? one : nullable(one)
  },
  input: (field) =>
    field.multiple ? listInput(fileItem, anyId.schema(field), mostFiles) : nullable(ref(FileReferenceInput)),
  schemas: [shown, FileReferenceInput],
  read(input, place, before) {
    if (!place.field.multiple) return input === null ? null : readFile(input, place)
    const items = { most: mostFiles, read: readItem, nameOf: (id: Value) => id, readName: anyId.read }
    const list = readList(input, place, before, { ...items, clash: (a, b) => a === b })
    return list?.length === 0 && place.field.userFieldId ? null : list
  },
  union: ({ multiple }) => (multiple ? { most: mostFiles, isSame: same } : null),
  misfit: fileFault,
  kept: (value) => (Array.isArray(value) ? value.map(idOf) : idOf(value)),
  shown: (field) => jsonColumn(columnOf(field.column), field.multiple && !field.userFieldId ? '[]' : 'null'),
  targets(field) {
    const rows = sql`from record_file as item where ${ofField(field)}`
    return [
      { path: field.path, field, scalar: anyId, column: sql.ref('item.file_id'), shape: { rows }, sortable: false },
    ]
  },
  csv: (field) => [fileColumn(field)],
}

function ofField(field: Field): RawBuilder<unknown> {
  return sql`item.type_id = ${sql.lit(field.typeId)} and item.record_id = record.id and item.field = ${sql.lit(field.key)}`
}

/** Returns SQL of files with name and size, given SQL of their ids (JSON). Null if there are none. */
function namedFiles(ids: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select array_to_json(array_agg(row_to_json(named) order by place))
    from json_array_elements_text(${ids}) with ordinality as item (id, place)
    join lateral (select file.id, name, size from file where file.id = item.id::bigint) as named on true)`
}

function idOf(value: Value): Value {
  return isObject(value) ? (value as NamedFile).id : null
}

/** Returns the ids of the files in a field value. */
export function fileIds(value: Value | undefined): number[] {
  return [value ?? []].flat() as number[]
}

/** Returns the fault of a file that the field does not accept, or undefined when it fits. */
function fileFault({ settings }: Field, { name = '', size = 0 }: Partial<NamedFile>) {
  const { maxSize, extensions } = settings
  if (maxSize !== undefined && size > maxSize) return { code: 'file_too_large', params: { limit: maxSize } } as const
  if (!extensions || extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`))) return
  return { code: 'extension_not_allowed', allowed: extensions } as const
}

/** Reads an item of a list, which can be the id alone. */
function readItem(input: unknown, place: Place): Value | undefined {
  if (typeof meantId(input) === 'number') return anyId.read(input, place)
  return isObject(input) ? readFile(input, place) : refuse(place, 'invalid_type', { expected: 'integer|object' })
}

/** Reads the id of a file from the object form of responses. */
function readFile(input: unknown, place: Place): Value | undefined {
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'object' })
  const faults = place.faults.length
  for (const key of Object.keys(input).filter((key) => !members.includes(key))) {
    refuse(inside(place, key), 'unknown_field', {}, { allowed: ['id'] })
  }
  if (input.id === undefined) refuse(inside(place, 'id'), 'required')
  const id = input.id === undefined ? undefined : anyId.read(input.id, inside(place, 'id'))
  return place.faults.length > faults ? undefined : id
}

function fileColumn(field: Field): CsvColumn {
  return {
    field,
    key: field.path,
    label: field.label,
    write(value, { mode }) {
      const files = [value ?? []].flat() as NamedFile[]
      if (mode === 'people') return files.map(({ name }) => name).join(', ')
      const ids = files.map(({ id }) => id)
      return field.multiple && ids.length ? JSON.stringify(ids) : ids.join()
    },
    read(text, place) {
      const ids = jsonArray(text) ?? [/^\d{1,16}$/.test(text) ? Number(text) : refuse(place, 'invalid_integer')]
      if (ids.includes(undefined)) return
      return field.multiple ? ids.map((id) => ({ id })) : { id: ids[0] }
    },
    into: field.multiple ? 'items' : 'value',
  }
}
