import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { jsonArray } from '../fields/kinds/column-kinds.ts'
import { isInRows, kindOf } from '../fields/kinds/kinds.ts'
import { columnsOf } from './columns.ts'
import { normalizeName } from './name.ts'

/** The result of matching the column names of a file with fields. */
export interface MappedHeader {
  /** The target of each column of the file; null if the name is unknown or the field is not writable. */
  columns: (CsvColumn | null)[]
  /** The names of the ignored columns. */
  unmapped: string[]
}

/**
 * Matches the column names of a file with fields: by code, by label in either language, and by the names that other
 * programs use, in both export modes. Ignores case, ё, spaces and punctuation.
 */
export function mapHeader(header: readonly string[], fields: Iterable<Field>): MappedHeader {
  const byName = columnsByName([...fields], sourceOf(header))
  const taken = new Set<string>()
  const columns = header.map((name) => {
    const column = byName.get(normalizeName(name))
    if (!column || (taken.has(column.key) && !isList(column))) return null
    taken.add(column.key)
    return column
  })
  return { columns, unmapped: header.filter((name, index) => !columns[index] && name.trim()) }
}

/** Returns the columns by name. Keys win over labels, labels over aliases; among equals the first column wins. */
function columnsByName(fields: readonly Field[], source: string): Map<string, CsvColumn> {
  const written = fields.filter(({ readOnly }) => !readOnly)
  const further = written.flatMap((field) => kindOf(field).importColumns?.(field) ?? [])
  const all = [...columnsOf(written, 'people'), ...columnsOf(written, 'raw'), ...further]
  const keys = written.find((field) => isInRows(field, 'external_id'))
  if (keys) all.push(idColumn(keys, source))
  const byName = new Map<string, CsvColumn>()
  const levels = [
    ({ key }: CsvColumn) => [key],
    ({ key, field }: CsvColumn) => [key.replace(field.path, field.code)],
    ({ label }: CsvColumn) => [label.en, label.ru],
    ({ aliases }: CsvColumn) => aliases,
  ]
  for (const names of levels) {
    for (const column of all) {
      for (const name of names(column).map(normalizeName)) if (!byName.has(name)) byName.set(name, column)
    }
  }
  return byName
}

/** Returns the column for the `ID` of a file, which is not our id: it becomes an external key of the source system. */
function idColumn(field: Field, source: string): CsvColumn {
  return {
    field,
    key: 'id',
    label: { en: 'ID', ru: 'ID' },
    aliases: [],
    write: () => '',
    read: (text) => jsonArray(text) ?? [{ source, key: text }],
    into: 'items',
  }
}

/** Column names of Bitrix24 files; the first set never occurs in our own files. */
const bitrixAlone = new Set(
  [
    ...['Имя, Фамилия', 'Контакт Битрикс24 Network', 'Контакт Открытая линия', 'Онлайн-чат', 'Экспорт'],
    ...['Квартира, офис, комната, этаж', 'Кол-во сотрудников', 'Стадия сделки', 'Сделка закрыта', 'Возможная сумма'],
    ...['Дополнительно о стадии', 'Связанный пользователь', 'Реквизит: ИНН'],
  ].map(normalizeName),
)
const bitrixToo = new Set(
  ['Доступен для всех', 'Дополнительно об источнике', 'Телефон для рассылок', 'Комментарии Instagram'].map(
    normalizeName,
  ),
)

/** Detects the source system of a file from its header; it becomes the source of the external keys. */
export function sourceOf(header: readonly string[]): 'bitrix24' | 'csv' {
  const names = [...new Set(header.map(normalizeName))]
  const alone = names.filter((name) => bitrixAlone.has(name)).length
  const too = names.filter((name) => bitrixToo.has(name)).length
  return alone > 0 && alone + too >= 3 ? 'bitrix24' : 'csv'
}

/** Returns whether several columns of a file may fill this column, one after the other. */
function isList({ field, key, into }: CsvColumn): boolean {
  if (into === 'items') return true
  return kindOf(field)
    .targets(field)
    .some(({ path, shape }) => path === key && shape === 'array')
}
