import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { ref } from '../../schema/build.ts'
import { trimmed } from '../blank.ts'
import type { Field } from '../field.ts'
import { stringJson } from '../json-texts.ts'
import type { Kind } from '../kind.ts'
import { joinItems, quotedItems, separators } from '../list-cell.ts'
import { listInput, readList } from '../lists.ts'
import { operatorSets } from '../operators.ts'
import type { Scalar } from '../scalar.ts'
import { jsonColumn } from '../selection.ts'
import { inside, isObject, type Place, refuse, same } from '../value.ts'
import { columnOf, jsonArray } from './column-kinds.ts'
import { readComparedText, readText } from './text-kinds.ts'

/** An external key: the key of the record in another system. */
export type ExternalId = { source: string; key: string }

/** Maximum number of external keys per record. */
export const mostExternalIds = 100

const plain: Scalar = {
  pgType: 'text',
  json: 'string',
  schema: () => Type.String({ maxLength: 200 }),
  read(input, place) {
    const text = readComparedText(input, place)
    return text === undefined ? undefined : trimmed(text)
  },
  toJson: stringJson,
  operators: operatorSets.text,
  sortable: false,
}

const externalId = Type.Object(
  {
    source: Type.String({ description: 'Name of the other system.', minLength: 1, maxLength: 200 }),
    key: Type.String({ description: 'Key of the record in the other system.', minLength: 1, maxLength: 200 }),
  },
  {
    $id: 'ExternalId',
    additionalProperties: false,
    description: 'An external key: the key of the record in another system.',
  },
)
const givenKeys = listInput(ref(externalId), ref(externalId), mostExternalIds, { $id: 'ExternalIdListInput' })

/** External keys of a record: a JSON column to read, and rows of `external_id` that keep them unique. A record can have several; a key of a source belongs to one record. */
export const externalIds: Kind = {
  user: false,
  settings: [],
  rows: 'external_id',
  empty: () => [],
  columns: (field) => ({ [field.column]: 'json' }),
  fill(row, field, value) {
    const cell = keysCell(value as ExternalId[])
    if (cell) row[field.column] = cell
  },
  schema: () => Type.Array(ref(externalId)),
  input: () => ref(givenKeys),
  schemas: [externalId, givenKeys],
  read(input, place, before) {
    const list = readList(input, place, before, {
      most: mostExternalIds,
      read: readExternalId,
      nameOf: (item) => item,
      readName: readExternalId,
      clash: same,
    })
    return list && inKnownOrder(list as ExternalId[], (before ?? []) as ExternalId[])
  },
  union: () => ({ most: mostExternalIds, isSame: same }),
  shown: (field) => jsonColumn(columnOf(field.column), '[]'),
  targets: (field) =>
    (['source', 'key'] as const).map((name) => ({
      path: `${field.path}.${name}`,
      field,
      scalar: plain,
      column: sql.ref(`item.${name}`),
      shape: { rows: externalRows(field) },
      sortable: false,
    })),
  csv: (field) => [
    {
      field,
      key: field.path,
      label: field.label,
      write(value, writing) {
        const list = value as ExternalId[]
        if (writing.mode === 'raw') return list.length ? JSON.stringify(list) : ''
        // The first colon ends the source.
        if (list.some(({ source }) => source.includes(':'))) return JSON.stringify(list)
        return joinItems(list.map(({ source, key }) => `${source}:${key}`))
      },
      read: (text, place) => jsonArray(text) ?? keysIn(text, place),
      into: 'items',
    },
  ],
}

/** Reads keys such as `amo:77, 1c:5`. Returns undefined after a fault. */
function keysIn(text: string, place: Place): ExternalId[] | undefined {
  const split = (part: string) => part.split(separators).filter((one) => one.trim())
  const keys = (quotedItems(text, split) ?? split(text)).map((item) => {
    const colon = item.indexOf(':')
    return { source: item.slice(0, Math.max(0, colon)).trim(), key: item.slice(colon + 1).trim() }
  })
  return keys.every(({ source, key }) => source && key) ? keys : refuse(place, 'external_id_expected')
}

function externalRows(field: Field): RawBuilder<unknown> {
  return sql`from external_id as item where item.type_id = ${sql.lit(field.typeId)} and item.record_id = record.id`
}

/** Returns external keys as they are stored in the record. Keys from the history have their members in another order. */
export function keysCell(keys: readonly ExternalId[]): ExternalId[] | null {
  return keys.length ? keys.map(({ source, key }) => ({ source, key })) : null
}

/** Reads an external key. Returns undefined after a fault. */
export function readExternalId(input: unknown, place: Place): ExternalId | undefined {
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'object' })
  const faults = place.faults.length
  for (const key of Object.keys(input).filter((key) => key !== 'source' && key !== 'key')) {
    refuse(inside(place, key), 'unknown_field', {}, { allowed: ['source', 'key'] })
  }
  const [source, key] = (['source', 'key'] as const).map((name) => {
    const at = inside(place, name)
    const text = input[name] === undefined ? null : readText(input[name], at, { max: 200, trim: true })
    return text === null ? refuse(at, 'required') : text
  })
  return place.faults.length > faults ? undefined : { source: source ?? '', key: key ?? '' }
}

/** Returns the keys with present ones in their old order and new ones at the end: their order has no meaning. */
export function inKnownOrder(keys: readonly ExternalId[], known: readonly ExternalId[]): ExternalId[] {
  const isIn = (list: readonly ExternalId[], key: ExternalId) => list.some((one) => same(one, key))
  return [...known.filter((key) => isIn(keys, key)), ...keys.filter((key) => !isIn(known, key))]
}

/** Returns whether a value from a request is this key. */
export function sameKey(input: unknown, { source, key }: ExternalId): boolean {
  return isObject(input) && input.source === source && input.key === key
}
