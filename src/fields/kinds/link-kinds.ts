import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { meantId } from '../../json/id-text.ts'
import { ref } from '../../schema/build.ts'
import type { Field } from '../field.ts'
import { itemsOf } from '../json-texts.ts'
import type { CsvColumn, Hop, Kind, LinkedRecord } from '../kind.ts'
import { joinNames } from '../list-cell.ts'
import { readList } from '../lists.ts'
import { placeOfId } from '../named-ids.ts'
import { recordTextColumns, recordTexts } from '../record-text.ts'
import type { Scalar } from '../scalar.ts'
import { column, type Selection } from '../selection.ts'
import { inside, isObject, type Place, refuse, same, type Value } from '../value.ts'
import { anyId } from './choice-kinds.ts'
import { jsonArray } from './column-kinds.ts'
import { BatchLinkListInput, linkSchemas, mostLinks, RecordLink, RecordLinkListInput } from './link-schemas.ts'

/** A link in a response. */
export type Link = { id: number; primary: boolean }

const linkedId: Scalar = {
  ...anyId,
  grouping: 'values',
  toCsv: (value, { settings }, { mode, recordName }) =>
    mode === 'raw' ? String(value) : recordName(settings.type ?? '', Number(value)),
  read(input, place) {
    const id = meantId(input)
    return Number.isSafeInteger(id) && Number(id) > 0 ? (id as number) : refuse(place, 'invalid_integer')
  },
}

/** Returns the name of the relation in the table `link`. A user field is a relation of its own. */
export function relationOf({ key, settings }: Field): string {
  return settings.relation ?? key
}

/** Returns the column names of `link` as seen from the side of the field. */
export function linkSide(field: Field) {
  return field.settings.back
    ? { own: 'to', other: 'from', sort: 'back_sort', primary: 'back_primary' }
    : { own: 'from', other: 'to', sort: 'sort', primary: 'is_primary' }
}

/**
 * An ordered list of links to records of one type, one of them primary. Links to records in the recycle bin are hidden
 * but kept when the list is edited. If the primary link is hidden, the next link is shown as primary.
 */
export const links: Kind = {
  user: false,
  settings: [],
  rows: 'link',
  pointsTo: 'record',
  empty: () => [],
  columns: () => ({}),
  fill() {},
  schema: () => Type.Array(ref(RecordLink)),
  input: () => ref(RecordLinkListInput),
  batchInput: () => ref(BatchLinkListInput),
  schemas: linkSchemas,
  read: readLinks,
  union: () => ({
    most: mostLinks,
    isSame: (a, b) => (a as Link).id === (b as Link).id,
    arranged: (list) => withPrimary(list as Link[]),
  }),
  shown: (field) => linkList(field, shownLinks(field)),
  value: (field) => column<Value>(linkIds(field, shownLinks(field)), linksOf, []),
  whole: (field) => linkList(field, linkRows(field)),
  unseen(field) {
    const other = sql.ref(`item.${linkSide(field).other}_id`)
    const hidden = sql`array(select ${other} ${linkRows(field)} and not exists (select ${liveRecord(linkedTable(field), other)}))`
    return column<Value[]>(hidden, (text) => itemsOf(text).map(Number), [])
  },
  targets(field) {
    const column = sql.ref(`item.${linkSide(field).other}_id`)
    const shape = { rows: shownLinks(field) }
    const common = { field, scalar: linkedId, sortable: false }
    return [
      { ...common, path: field.path, column, shape, indexed: { values: true } },
      { ...common, path: `${field.path}.primary`, column: primaryId(field), shape: 'one' },
    ]
  },
  linked: ({ settings }, value) => (value as Link[]).map((link) => ({ type: settings.type ?? '', ...link })),
  hops(field) {
    const { own, other } = linkSide(field)
    const { type = '', relation = '' } = field.settings
    const leadsTo: Hop['leadsTo'] = (ids, typeId) => sql`exists (select from link as item
        join (${ids}) as linked on linked.id = ${sql.ref(`item.${other}_id`)}
        where ${sql.ref(`item.${own}_type`)} = ${sql.lit(field.typeId)} and ${sql.ref(`item.${own}_id`)} = record.id
          and item.relation = ${sql.lit(relation)} and ${sql.ref(`item.${other}_type`)} = ${sql.lit(typeId)})`
    return [{ field, to: type, name: field.path, leadsTo }]
  },
  csv: (field) => [linkColumn(field)],
  importColumns: (field) => recordTextColumns(field, 'items'),
  words(field, value, { language, recordName }) {
    const list = value as Link[]
    const main = list.length > 1 ? ` (${language === 'ru' ? 'основной' : 'main'})` : ''
    return list
      .map(({ id, primary }) => `${recordName(field.settings.type ?? '', id)}${primary ? main : ''}`)
      .join(', ')
  },
}

/** Returns the records of a list that another list does not have. */
export function linksWithout(list: readonly LinkedRecord[], others: readonly LinkedRecord[]): LinkedRecord[] {
  const known = new Set(others.map(({ type, id }) => `${type} ${id}`))
  return list.filter(({ type, id }) => !known.has(`${type} ${id}`))
}

/** Selects links as JSON. */
function linkList(field: Field, rows: RawBuilder<unknown>): Selection<string> {
  return column(linkIds(field, rows), (ids) => linksJson(linksOf(ids)), '[]')
}

/** Returns SQL of the ids of links. The id of a primary link is negative. */
function linkIds(field: Field, rows: RawBuilder<unknown>): RawBuilder<unknown> {
  const side = linkSide(field)
  const [other, sort, primary] = [`${side.other}_id`, side.sort, side.primary].map((name) => sql.ref(`item.${name}`))
  return sql`array(select case when ${primary} then -${other} else ${other} end ${rows} order by ${sort}, item.id)`
}

/** Returns links. If no link is primary, the first one is. */
function linksOf(text: string): Link[] {
  if (text === '{}') return []
  const ids = text.slice(1, -1).split(',').map(Number)
  const primary = Math.max(
    0,
    ids.findIndex((id) => id < 0),
  )
  return ids.map((id, place) => ({ id: Math.abs(id), primary: place === primary }))
}

/** Returns links as JSON. */
function linksJson(links: readonly Link[]): string {
  return `[${links.map(({ id, primary }) => `{"id":${id},"primary":${primary}}`).join()}]`
}

/** Returns SQL `from … where …` that finds the links of a field of the record. */
export function linkRows(field: Field): RawBuilder<unknown> {
  const { own } = linkSide(field)
  return sql`from link as item where ${sql.ref(`item.${own}_type`)} = ${sql.lit(field.typeId)}
    and ${sql.ref(`item.${own}_id`)} = record.id and item.relation = ${sql.lit(relationOf(field))}`
}

function shownLinks(field: Field): RawBuilder<unknown> {
  const { own, other } = linkSide(field)
  const { relation = '' } = field.settings
  return sql`from link as item join ${sql.table(linkedTable(field))} as linked on linked.id = ${sql.ref(`item.${other}_id`)}
    and linked.deleted_at is null and linked.merged_into is null
    where ${sql.ref(`item.${own}_type`)} = ${sql.lit(field.typeId)} and ${sql.ref(`item.${own}_id`)} = record.id
    and item.relation = ${sql.lit(relation)}`
}

/** Returns SQL `from … where …` that finds the record with this id in a table unless it is deleted or merged. */
export function liveRecord(table: string, id: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`from ${sql.table(table)} as linked
    where linked.id = ${id} and linked.deleted_at is null and linked.merged_into is null`
}

/** Returns SQL of the id that a list of links shows as the primary one. Null if the list is empty. */
export function primaryId(field: Field): RawBuilder<number | null> {
  const side = linkSide(field)
  const [other, sort, primary] = [`${side.other}_id`, side.sort, side.primary].map((name) => sql.ref(`item.${name}`))
  return sql`(select ${other} ${shownLinks(field)} order by ${primary} desc, ${sort}, item.id limit 1)`
}

/** Returns the table of the records that a field of one type of records points to. */
export function linkedTable({ linkedTable = '' }: Field): string {
  return linkedTable
}

function readLinks(input: unknown, place: Place, before: Value): Value | undefined {
  const { unseen = [] } = place
  const all = (before ?? []) as Link[]
  const shown = withPrimary(all.filter(({ id }) => !unseen.includes(id)))
  const list = readList(input, place, shown, {
    most: mostLinks,
    read: readLink,
    nameOf: (item) => (item as Link).id,
    readName: linkedId.read,
    clash: (a, b) => (a as Link).id === (b as Link).id,
  }) as Link[] | undefined
  if (!list) return
  const gone = list.filter(({ id }) => unseen.includes(id))
  if (gone.length) return refuseUnseen(input, place, gone)
  // With `add`, a primary link among the added ones replaces the present primary link.
  const given = isObject(input) ? ((input.add ?? []) as Link[]) : list
  const chosen = given.filter(({ primary }) => primary)
  if (chosen.length > 1) return refuse(place, 'two_primaries')
  return withUnseen(withPrimary(list, chosen[0]?.id), shown, all)
}

/** Returns the list with one primary link: the chosen one, else the present one, else the first. */
function withPrimary(list: readonly Link[], chosen?: number): Link[] {
  const primary = list.find(({ id }) => id === chosen) ?? list.find((one) => one.primary) ?? list[0]
  return list.map((one) => ({ id: one.id, primary: one === primary }))
}

/**
 * Returns the list with the links hidden from its writer, each at its old position. A hidden primary link stays primary
 * unless the writer chose another one.
 */
function withUnseen(list: Link[], shown: readonly Link[], all: readonly Link[]): Link[] {
  if (shown.length === all.length) return list
  if (same(list, shown as Link[])) return [...all]
  const primaryOf = (links: readonly Link[]) => links.find(({ primary }) => primary)?.id
  const claim = primaryOf(list) === primaryOf(shown) ? primaryOf(all) : undefined
  const merged = [...list]
  for (const [index, one] of all.entries()) {
    if (!shown.some(({ id }) => id === one.id)) merged.splice(index, 0, { id: one.id, primary: false })
  }
  return withPrimary(merged, claim)
}

/** Reports records hidden from the caller as not found. */
export function refuseUnseen(input: unknown, place: Place, gone: readonly { id: number }[]): undefined {
  for (const { id } of gone) {
    const at = { ...place, pointer: place.pointer + placeOfId(input, id) }
    refuse(at, 'not_found_reference', { type: place.field.settings.type ?? '', id })
  }
}

function readLink(input: unknown, place: Place): Value | undefined {
  if (typeof meantId(input) === 'number') {
    const id = linkedId.read(input, place)
    return id === undefined ? undefined : { id, primary: false }
  }
  if (!isObject(input)) return refuse(place, 'invalid_type', { expected: 'integer|object' })
  for (const key of Object.keys(input).filter((key) => key !== 'id' && key !== 'primary')) {
    return refuse(inside(place, key), 'unknown_field', {}, { allowed: ['id', 'primary'] })
  }
  const { id, primary = false } = input
  if (id === undefined) return refuse(inside(place, 'id'), 'required')
  if (typeof primary !== 'boolean') return refuse(inside(place, 'primary'), 'invalid_type', { expected: 'boolean' })
  const read = linkedId.read(id, inside(place, 'id'))
  return read === undefined ? undefined : { id: read, primary }
}

function linkColumn(field: Field): CsvColumn {
  return {
    field,
    key: field.path,
    label: field.label,
    write(value, writing) {
      const list = value as Link[]
      if (writing.mode === 'raw') return list.length ? linksJson(list) : ''
      // Imports take the first record as the primary one.
      const inOrder = list.toSorted((a, b) => Number(b.primary) - Number(a.primary))
      return joinNames(inOrder.map(({ id }) => writing.recordName(field.settings.type ?? '', id)))
    },
    read: (text) => jsonArray(text) ?? recordTexts(text, 'items'),
    into: 'items',
  }
}
