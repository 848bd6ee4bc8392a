import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { nullable } from '../../schema/build.ts'
import type { Field } from '../field.ts'
import { listJson, listReader } from '../json-texts.ts'
import type { CsvColumn, Hop, Kind, SearchTarget, Target } from '../kind.ts'
import { joinItems, quotedItems } from '../list-cell.ts'
import { type ListItems, listInput, readList } from '../lists.ts'
import { choosesAmongMany, findsParts } from '../operators.ts'
import { type CsvWriting, type Scalar, valueReader } from '../scalar.ts'
import { column, type Selection } from '../selection.ts'
import { type Place, refuse, same, type Value } from '../value.ts'

/** Maximum number of values of a multiple field. */
export const mostColumnValues = 200

/** Returns SQL of a column of the record. */
export const columnOf = (name: string): RawBuilder<unknown> => sql.ref(`record.${name}`)

/** Selects the value of a column as JSON. */
export function shownColumn({ toJson }: Scalar, name: string, multiple: boolean): Selection<string> {
  return column(columnOf(name), multiple ? listJson(toJson) : toJson, 'null')
}

/** Selects the value of a column. */
export function valueColumn(scalar: Scalar, name: string, multiple: boolean): Selection<Value> {
  const read = valueReader(scalar)
  return column<Value>(columnOf(name), multiple ? listReader(read) : read, null)
}

/** Returns a kind that stores its value in one column, as an array if the field is multiple. */
export function scalarKind(scalar: Scalar, user: Kind['user'] = false, settings: Kind['settings'] = []): Kind {
  const items = {
    most: mostColumnValues,
    // A present value can be kept and removed even if it is no longer valid.
    read: readPresentOr(scalar),
    nameOf: (item: Value) => item,
    readName: readPresentOr(scalar),
    clash: same,
  }
  return {
    user,
    settings,
    rows: null,
    ...(scalar.defaultWord && { defaultWord: scalar.defaultWord }),
    ...(scalar.choices && { choices: scalar.choices }),
    ...(scalar.longest && { longest: scalar.longest }),
    // An empty list is [] in a system field and null in a user field.
    empty: (field) => (field.multiple && !field.userFieldId ? [] : null),
    columns: (field) => ({ [field.column]: scalar.pgType + (field.multiple ? '[]' : '') }),
    fill(row, field, value) {
      row[field.column] = value
    },
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
    union: ({ multiple }) => (multiple ? { most: mostColumnValues, isSame: same } : null),
    shown: (field) => shownColumn(scalar, field.column, field.multiple),
    value: (field) => valueColumn(scalar, field.column, field.multiple),
    targets: (field) => [target(field, field.path, scalar, field.column, field.multiple)],
    ...(scalar.leadsTo && { hops: (field: Field) => [hopOver(field, scalar.leadsTo!(field))] }),
    searched: (field) => searchedIn(field, scalar),
    csv: (field) => [
      field.multiple
        ? {
            ...csvColumn(field, scalar),
            ...(scalar.written && { split: (text: string) => text.split(separatorOf(scalar)) }),
            read: (text, place) => cellItems(text, scalar, place),
            write: listCell(field, scalar),
            into: 'items',
          }
        : csvColumn(field, scalar),
    ],
  }
}

/** Returns the reader of an item of a list. */
function readPresentOr({ read }: Scalar): ListItems['read'] {
  return (input, place, known) => known.find((item) => item === input) ?? read(input, place)
}

function searchedIn(field: Field, { search }: Scalar): SearchTarget | null {
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

/** Returns the target of conditions on a column. */
export function target(field: Field, path: string, scalar: Scalar, column: string, multiple: boolean): Target {
  const isUserField = field.userFieldId !== null
  const isSortable = !multiple && (field.sortable || isUserField)
  const sortable = isSortable && (scalar.sortable || scalar.order !== undefined)
  const shape = multiple ? 'array' : 'one'
  const { currency } = field
  const one = {
    ...{ path, field, scalar, column: columnOf(column), shape, sortable },
    ...(currency !== undefined && { currency }),
  } satisfies Target
  return { ...one, ...(isUserField ? indexesOfUserField(one) : indexesOfSystemField(one)) }
}

/** Returns whether the index of values of a user field would make sorting fast: by the values, or by one after the other. */
export function canSortByIndex({ sortable, scalar }: Target): boolean {
  return sortable && (scalar.sortable || scalar.steps === 'indexed')
}

/** Returns whether an index makes sorting by a system field fast. */
export function isSortedByIndex({ sortable, scalar, indexed }: Target): boolean {
  return sortable && (scalar.sortable || scalar.steps === 'always' || indexed?.values || false)
}

/** The indexes that a target has, and those that it lacks. */
type Indexes = Pick<Target, 'indexed' | 'lacksIndex'>

/** Sortable texts also have an index for parts. */
function indexesOfSystemField({ field, scalar, sortable }: Target): Indexes {
  const sorts = sortable && scalar.sortable
  const parts = findsParts(scalar) && !field.multiple && sorts
  return { indexed: { values: sorts || (field.indexed ?? false), parts } }
}

/** An index of values serves both sorting and conditions. Long texts and flags have none. */
function indexesOfUserField(target: Target): Indexes {
  const { field, scalar, shape } = target
  const { filterable } = field
  const canSort = canSortByIndex(target)
  const sorts = canSort && field.sortable
  const findsText = findsParts(scalar)
  const parts = findsText && shape === 'one'
  const values = canSort || shape === 'array' || (choosesAmongMany(scalar) && !findsText)
  return {
    indexed: { values: values && (filterable || sorts), parts: parts && filterable },
    lacksIndex: { filter: !filterable && (values || parts), sort: !filterable && !sorts && canSort },
  }
}

/** Returns the hop over a column. Its SQL form lets the planner start at either end of the link. */
function hopOver(field: Field, to: string): Hop {
  const column = columnOf(field.column)
  return {
    field,
    to,
    name: field.path.replace(/Id$/, ''),
    ...(!field.multiple && { id: column }),
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
    ...(scalar.written && { written: scalar.written }),
    write: (value, writing) => (value === null ? '' : cell(value, field, scalar, writing)),
    read: (text, place) => readCell(text, scalar, place),
    into: 'value',
  }
}

/** Writes one value as a cell. */
export function cell(value: Value, field: Field, scalar: Scalar, writing: CsvWriting): string {
  return scalar.toCsv?.(value, field, writing) ?? String(value)
}

/** Reads one value from a cell. */
export function readCell(text: string, scalar: Scalar, place: Place): unknown {
  if (scalar.fromCsv) return scalar.fromCsv(text, place)
  if (scalar.json !== 'integer') return scalar.read(text, place)
  return /^\d{1,16}$/.test(text) ? scalar.read(Number(text), place) : refuse(place, 'invalid_integer')
}

/** Reads several values from a cell: a JSON array (raw mode), or values separated by commas, semicolons or lines. */
function cellItems(text: string, scalar: Scalar, place: Place): unknown[] | undefined {
  const array = jsonArray(text)
  if (array) return array
  const split = (part: string) => itemsOf(part, scalar, place).map((item) => item.trim())
  const items = (hasQuotes(scalar) && quotedItems(text, split)) || split(text)
  const values = items.flatMap((item) => (item ? [readCell(item, scalar, place)] : []))
  return values.includes(undefined) ? undefined : values.filter((value) => value !== null)
}

/** Splits a cell. A comma may belong to a number (`1,5`) or to the label of a choice (`Red, dark`). */
function itemsOf(text: string, scalar: Scalar, place: Place): string[] {
  const separator = separatorOf(scalar)
  if (!scalar.choices || !separator.test(text)) return text.split(separator)
  const pieces = text.split(/([,;\n])/)
  const items: string[] = []
  for (let at = 0; at < pieces.length; ) {
    let end = Math.min(pieces.length, at + 2 * mostSeparators + 1)
    while (end > at + 1 && !isReadable(pieces.slice(at, end).join(''), scalar, place)) end -= 2
    items.push(pieces.slice(at, end).join(''))
    at = end + 1
  }
  return items
}

function separatorOf({ written }: Scalar): RegExp {
  return written === 'number' ? /[;\n]|,\s/ : /[,;\n]/
}

/** Maximum number of separators in the label of a choice. */
const mostSeparators = 5

function isReadable(text: string, scalar: Scalar, place: Place): boolean {
  const faults: Place['faults'] = []
  return readCell(text.trim(), scalar, { ...place, faults }) !== undefined && !faults.length
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
    const items = list.map((item) => cell(item, field, scalar, writing))
    return hasQuotes(scalar) ? joinItems(items) : items.join(', ')
  }
}

/** Numbers have commas that separate nothing, and names of records are recognized with theirs. */
function hasQuotes({ written, leadsTo }: Scalar): boolean {
  return written !== 'number' && !leadsTo
}
