import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { columnsOf } from './columns.ts'
import { useWords } from './known/uses.ts'
import { normalizeName } from './name.ts'

/** Returns the columns of a field with phones or the like by the words for their use: `Mobile`, `Рабочий`. */
export function columnsByUse(field: Field): ReadonlyMap<string, CsvColumn> {
  const columns = new Map<string, CsvColumn>()
  for (const column of columnsOf([field], 'people')) {
    const use = column.key.slice(field.path.length + 1)
    const words = [use, column.label.en, column.label.ru, ...(useWords[use] ?? [])]
    for (const word of words.map(normalizeName)) if (!columns.has(word)) columns.set(word, column)
  }
  return columns
}
