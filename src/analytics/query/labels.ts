import type { Database } from '../../database/connect.ts'
import type { Labels, Language } from '../../errors/language.ts'
import { cell } from '../../fields/kinds/column-kinds.ts'
import type { CsvWriting } from '../../fields/scalar.ts'
import { textsWithNames } from '../../records/list/values-in-words.ts'
import type { GroupValue } from '../table.ts'
import type { NumberRow } from './calculate.ts'
import type { Group, ResolvedQuery } from './resolved.ts'

const nothing: Labels = { en: 'Not set', ru: 'Не указано' }
const rest: Labels = { en: 'Other', ru: 'Остальные' }

/** Returns the labels of the groups of each row in the language of the caller. */
export async function labelRows(
  db: Database,
  { grant, groups, context, labels }: ResolvedQuery,
  rows: readonly NumberRow[],
): Promise<string[][]> {
  const { language, lookups, timeZone } = context
  const write = (names: Pick<CsvWriting, 'userName' | 'recordName'>) => {
    const writing: CsvWriting = { mode: 'people', language, lookups, timeZone, ...names }
    return rows.map(({ values, others }) =>
      groups.map((group, index) => (others[index] ? rest[language] : labelOf(group, values[index] ?? null, writing))),
    )
  }
  if (labels) return await textsWithNames(db, grant, write)
  return rows.map(({ values, others }) =>
    groups.map((_, index) => (others[index] ? rest[language] : rawLabel(values[index] ?? null, language))),
  )
}

function labelOf({ target, bucket }: Group, value: GroupValue, writing: CsvWriting): string {
  if (value === null) return nothing[writing.language]
  if (bucket) return bucket.words(value, writing.language, writing.timeZone, writing)
  return cell(value, target.field, target.scalar, writing)
}

function rawLabel(value: GroupValue, language: Language): string {
  if (value === null) return nothing[language]
  return typeof value === 'object' ? `${value.type} ${value.id}` : String(value)
}
