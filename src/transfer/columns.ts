import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { jsonArray } from '../fields/kinds/column-kinds.ts'
import { isInRows, kindOf } from '../fields/kinds/kinds.ts'
import { hasTooManyMarks } from '../json/composed-text.ts'

/** How the names of a file's columns were understood. */
export interface MappedHeader {
  /** For each column of the file what it holds; null where nobody knows, or where it may not be written. */
  columns: (CsvColumn | null)[]
  /** The names of the columns that are left out. */
  unmapped: string[]
}

/** The columns of these fields in their order. */
export function columnsOf(fields: Iterable<Field>, mode: 'people' | 'raw'): CsvColumn[] {
  return [...fields].flatMap((field) => kindOf(field).csv(field, mode))
}

/**
 * Finds the fields behind the names of a file's columns: codes, labels of both languages and what other programs call
 * them, in either mode of our own files. Case, ё, spaces and punctuation do not count.
 */
export function mapHeader(header: readonly string[], fields: Iterable<Field>): MappedHeader {
  const byName = columnsByName([...fields], sourceOf(header))
  const taken = new Set<string>()
  const columns = header.map((name) => {
    const column = byName.get(folded(name))
    if (!column || (taken.has(column.key) && !isList(column))) return null
    taken.add(column.key)
    return column
  })
  return { columns, unmapped: header.filter((name, index) => !columns[index] && name.trim()) }
}

/** A name as it is compared with others. */
export function folded(name: string): string {
  if (hasTooManyMarks(name)) return name.trim()
  const letters = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  // A name of signs alone, such as `№`, is still a name.
  return letters || name.trim()
}

/** Names nearer to ours win: keys before labels, labels before what others say; of equals the first. */
function columnsByName(fields: readonly Field[], source: string): Map<string, CsvColumn> {
  const written = fields.filter(({ readOnly }) => !readOnly)
  const all = [...columnsOf(written, 'people'), ...columnsOf(written, 'raw')]
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
      for (const name of names(column).map(folded)) if (!byName.has(name)) byName.set(name, column)
    }
  }
  return byName
}

/** The `ID` of a file is not our id: the record keeps it as the key that it has in the system the file comes from. */
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

/** Names of columns in files of Bitrix24, those first that our own files do not have. */
const bitrixAlone = new Set(
  [
    ...['Имя, Фамилия', 'Контакт Битрикс24 Network', 'Контакт Открытая линия', 'Онлайн-чат', 'Экспорт'],
    ...['Квартира, офис, комната, этаж', 'Кол-во сотрудников', 'Стадия сделки', 'Сделка закрыта', 'Возможная сумма'],
    ...['Дополнительно о стадии', 'Связанный пользователь', 'Реквизит: ИНН'],
  ].map(folded),
)
const bitrixToo = new Set(
  ['Доступен для всех', 'Дополнительно об источнике', 'Телефон для рассылок', 'Комментарии Instagram'].map(folded),
)

/** The system that a file comes from, as far as its header tells; the source of its records' external ids. */
export function sourceOf(header: readonly string[]): 'bitrix24' | 'csv' {
  const names = [...new Set(header.map(folded))]
  const alone = names.filter((name) => bitrixAlone.has(name)).length
  const too = names.filter((name) => bitrixToo.has(name)).length
  return alone > 0 && alone + too >= 3 ? 'bitrix24' : 'csv'
}

/** Whether several columns of a file may go there, one after the other. */
function isList({ field, key, into }: CsvColumn): boolean {
  if (into === 'items') return true
  return kindOf(field)
    .targets(field)
    .some(({ path, shape }) => path === key && shape === 'array')
}
