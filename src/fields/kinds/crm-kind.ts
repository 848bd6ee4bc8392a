import { type RawBuilder, type SqlBool, sql } from 'kysely'
import Type, { type TSchema } from 'typebox'
import { nearest } from '../../errors/nearest.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import type { Field, LinkedType } from '../field.ts'
import { itemsOf } from '../json-texts.ts'
import type { CsvColumn, Kind, TargetKey } from '../kind.ts'
import { joinNames } from '../list-cell.ts'
import { listInput, readList } from '../lists.ts'
import { placeOfId } from '../named-ids.ts'
import { operatorSets } from '../operators.ts'
import { recordTexts } from '../record-text.ts'
import type { CsvWriting, FieldShape, Scalar } from '../scalar.ts'
import { column, mapped, type Selection } from '../selection.ts'
import { inside, isObject, type Place, refuse, same, type Value } from '../value.ts'
import { anyId } from './choice-kinds.ts'
import { jsonArray, mostColumnValues } from './column-kinds.ts'
import { linkRows, liveRecord } from './link-kinds.ts'
import { batchId, recordId } from './link-schemas.ts'

/** A record of any type. */
type RecordKey = { type: string; id: number }

const members = ['type', 'id']

const ofType = { description: 'Code of the record type.', examples: ['company'] }
const keyOfRecord = (type: TSchema, id: TSchema, options: object) =>
  Type.Object({ type, id: { ...id, description: 'Id of the record.' } }, { ...options, additionalProperties: false })
const anyType = Type.String({ maxLength: 100, ...ofType })
const anyRecord = 'A record of any type.'
const recordKey = keyOfRecord(anyType, recordId(), { $id: 'RecordKey', description: anyRecord })
const batchKey = keyOfRecord(anyType, batchId, { $id: 'BatchRecordKey', description: anyRecord })

/** Returns the schema in requests: records of the allowed types, or of any type if these are not known. */
function inputOf(key: typeof recordKey, { multiple, settings: { types = [] } }: FieldShape): TSchema {
  const { id } = key.properties
  const one = types.length ? keyOfRecord(enumOf(types, { description: ofType.description }), id, {}) : ref(key)
  return multiple ? listInput(one, one, mostColumnValues) : nullable(one)
}

/** How conditions compare records: by the type and the id of a link. */
const linkedRecord: Scalar = {
  pgType: 'bigint',
  json: 'string',
  schema: () => ref(recordKey),
  read: readKey,
  operand(input, place) {
    const key = readKey(typeof input === 'string' ? keyOf(input, place) : input, place, 'once')
    const type = linkedTypes(place.field).find(({ code }) => code === key?.type)
    return key && type ? [type.id, key.id] : undefined
  },
  parameter: (value) => {
    const [typeId, id] = value as [number, number]
    return sql`(${typeId}::integer, ${id}::bigint)`
  },
  arrayParameter(values) {
    const [types, ids] = [0, 1].map((place) => values.map((value) => (value as number[])[place]!))
    return sql`select * from unnest(${types}::integer[], ${ids}::bigint[])`
  },
  toJson: (text) => text,
  toCsv: (value, field, writing) => keyText(field, value as RecordKey, writing),
  operators: operatorSets.equality,
  sortable: false,
  grouping: 'values',
}

/** Links to records of the allowed types, one or several in order. Links to records in the recycle bin are hidden but kept. */
export const crm: Kind = {
  user: 'multiple',
  settings: ['types'],
  needs: ['types'],
  rows: 'link',
  pointsTo: 'record',
  empty: () => null,
  columns: () => ({}),
  fill() {},
  schema: (field) => nullable(field.multiple ? Type.Array(ref(recordKey)) : ref(recordKey)),
  input: (field) => inputOf(recordKey, field),
  batchInput: (field) => inputOf(batchKey, field),
  schemas: [recordKey, batchKey],
  read: (input, place, before) =>
    place.field.multiple ? readKeys(input, place, before) : readOne(input, place, before),
  union: ({ multiple }) => (multiple ? { most: mostColumnValues, isSame: same } : null),
  linked: (_field, value) => ([value ?? []].flat() as RecordKey[]).map((key) => ({ ...key, primary: false })),
  shown: (field) => mapped(keysOf(field, isLive(field)), (keys) => shownJson(field, keys)),
  whole: (field) => mapped(keysOf(field, sql`true`), (keys) => shownJson(field, keys)),
  unseen: (field) => keysOf(field, sql`not ${isLive(field)}`),
  targets: (field) => [
    {
      ...{ path: field.path, field, scalar: linkedRecord, column: sql`(item.to_type, item.to_id)`, sortable: false },
      shape: { rows: sql`${linkRows(field)} and ${isLive(field)}` },
      indexed: { values: true },
      key: groupKey(field),
    },
  ],
  hops: (field) =>
    linkedTypes(field).map(({ code }) => ({
      field,
      name: `${field.path}.${code}`,
      to: code,
      leadsTo: (ids, typeId) => sql`exists (select ${linkRows(field)} and item.to_type = ${sql.lit(typeId)}
        and item.to_id in (select linked.id from (${ids}) as linked))`,
    })),
  csv: (field) => [keyColumn(field)],
}

/** Returns how records are grouped by a record that they link to. */
function groupKey(field: Field): TargetKey {
  const types = linkedTypes(field)
  return {
    column: sql`item.to_type || '_' || item.to_id`,
    read(text) {
      const [typeId, id] = text.split('_').map(Number) as [number, number]
      return { type: types.find((one) => one.id === typeId)?.code ?? '', id }
    },
    write(value) {
      const { type, id } = value as RecordKey
      return `${types.find(({ code }) => code === type)?.id}_${id}`
    },
    operand(value) {
      const { type, id } = value as RecordKey
      return `${types.find(({ code }) => code === type)?.prefix}_${id}`
    },
  }
}

function linkedTypes({ linkedTypes = [] }: Pick<Field, 'linkedTypes'>): readonly LinkedType[] {
  return linkedTypes
}

/** Returns the condition that the record at the end of a link is neither deleted nor merged. */
function isLive(field: Field): RawBuilder<SqlBool> {
  const alive = linkedTypes(field).map(
    ({ id, table }) => sql`item.to_type = ${sql.lit(id)} and exists (select ${liveRecord(table, sql`item.to_id`)})`,
  )
  return alive.length ? sql`(${sql.join(alive, sql` or `)})` : sql`false`
}

/** Selects the records of links that match a condition, in order. */
function keysOf(field: Field, condition: RawBuilder<unknown>): Selection<RecordKey[]> {
  const codes = new Map(linkedTypes(field).map(({ id, code }) => [id, code]))
  const keys = sql`array(select item.to_type || '_' || item.to_id ${linkRows(field)} and ${condition}
    order by item.sort, item.id)`
  const read = (text: string) =>
    itemsOf(text).flatMap((item) => {
      const [typeId, id] = String(item).split('_').map(Number) as [number, number]
      const type = codes.get(typeId)
      return type === undefined ? [] : [{ type, id }]
    })
  return column(keys, read, [])
}

function shownJson({ multiple }: Field, keys: readonly RecordKey[]): string {
  return JSON.stringify((multiple ? (keys.length ? keys : undefined) : keys[0]) ?? null)
}

function readOne(input: unknown, place: Place, before: Value): Value | undefined {
  const [hidden] = place.unseen ?? []
  // The client saw null, so null means that it left the hidden link unchanged.
  if (input === null) return hidden === undefined ? null : before
  const key = readKey(input, place)
  return key && isUnseen(key, place) ? refuseKey(input, key, place) : key
}

function readKeys(input: unknown, place: Place, before: Value): Value | undefined {
  const all = (before ?? []) as RecordKey[]
  const shown = all.filter((key) => !isUnseen(key, place))
  const list = readList(input, place, shown, {
    most: mostColumnValues,
    read: readPresentOrKey,
    nameOf: (key) => ({ type: (key as RecordKey).type, id: (key as RecordKey).id }),
    readName: readPresentOrKey,
    clash: same,
  }) as RecordKey[] | undefined
  const gone = list?.find((key) => isUnseen(key, place))
  if (!list || gone) return gone && refuseKey(input, gone, place)
  const merged = [...list]
  for (const [index, key] of all.entries()) if (!shown.includes(key)) merged.splice(index, 0, key)
  return merged.length ? merged : null
}

function readPresentOrKey(input: unknown, place: Place, known: readonly Value[]): Value | undefined {
  return known.find((key) => same(key, input as Value)) ?? readKey(input, place)
}

function isUnseen(key: RecordKey, { unseen = [] }: Place): boolean {
  return unseen.some((one) => same(one, key))
}

/** Reports a record that is hidden from the caller as not found. */
function refuseKey(input: unknown, { type, id }: RecordKey, place: Place): undefined {
  const at = { ...place, pointer: place.pointer + placeOfId(input, id, type) }
  return refuse(at, 'not_found_reference', { type, id })
}

/** Reads a record of an allowed type. Conditions also name records of types that were allowed once. */
function readKey(input: unknown, place: Place, allowed: 'now' | 'once' = 'now'): RecordKey | undefined {
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'object' })
  const faults = place.faults.length
  for (const key of Object.keys(input).filter((key) => !members.includes(key)))
    refuse(inside(place, key), 'unknown_field', {}, { allowed: members })
  const codes = linkedTypes(place.field).map(({ code }) => code)
  const { types = [] } = place.field.settings
  const type = readType(input.type, inside(place, 'type'), allowed === 'once' ? codes : types)
  const at = inside(place, 'id')
  const id = input.id === undefined ? refuse(at, 'required') : anyId.read(input.id, at)
  return place.faults.length > faults ? undefined : { type: type!, id: id as number }
}

function readType(input: unknown, place: Place, allowed: readonly string[]): string | undefined {
  if (input === undefined) return refuse(place, 'required')
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'string' })
  if (allowed.includes(input)) return input
  const hint = nearest(input, allowed)
  return refuse(place, 'unknown_value', {}, { allowed, ...(hint && { hint }) })
}

/** Returns the record that a text such as `CO_5` names. An unknown text stays and gets a fault later. */
function keyOf(text: string, { field }: Pick<Place, 'field'>): unknown {
  const [, prefix, id] = /^([A-Z]+[a-z0-9]*)_(\d{1,15})$/.exec(text.trim()) ?? []
  const type = linkedTypes(field).find((one) => one.prefix === prefix)
  return type ? { type: type.code, id: Number(id) } : text
}

function keyColumn(field: Field): CsvColumn {
  const into = field.multiple ? 'items' : 'value'
  return {
    field,
    key: field.path,
    label: field.label,
    write(value, writing) {
      const keys = ([value ?? []].flat() as RecordKey[]).map((key) => keyText(field, key, writing))
      if (writing.mode === 'people' && field.multiple) return joinNames(keys)
      return field.multiple && keys.length ? JSON.stringify(keys) : keys.join()
    },
    read(text, place) {
      const array = jsonArray(text)
      const keys = (array ?? text.split(/[,;\n]/)).map((one) => (isObject(one) ? one : keyOf(String(one), place)))
      if (keys.every(isObject) && (field.multiple || keys.length === 1)) return field.multiple ? keys : keys[0]
      return array ? refuse(place, 'record_key_expected', { example: exampleFor(field) }) : recordTexts(text, into)
    },
    into,
  }
}

function keyText(field: Field, { type, id }: RecordKey, { mode, recordName }: CsvWriting): string {
  const prefix = linkedTypes(field).find(({ code }) => code === type)?.prefix ?? ''
  return mode === 'raw' ? `${prefix}_${id}` : `[${prefix}] ${recordName(type, id)}`
}

function exampleFor(field: Field): string {
  return `${linkedTypes(field)[0]?.prefix ?? 'C'}_15`
}
