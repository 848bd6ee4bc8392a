import type { MappedColumn, MappedHeader } from '../../columns/header.ts'
import { isInitials, isPatronymic, wordsOf } from '../../names/name-words.ts'

/** The share of cells that must look like a whole name, and the fewest cells from which this can be told. */
const enough = { share: 0.6, cells: 3 }

/**
 * Returns the mapping with a column of first names that holds whole names, if the file has no column of last names:
 * `Имя` above `Анна Орлова`. First names with a patronymic or an initial are no whole names.
 */
export function withWholeNames(mapped: MappedHeader, sample: readonly (readonly string[])[]): MappedHeader {
  const { columns } = mapped
  const isFirstName = ({ target, proposal }: MappedColumn) =>
    target?.key === 'firstName' && proposal?.reason !== 'given'
  const index = columns.findIndex(isFirstName)
  const found = columns[index]
  const hasLastName = columns.some(({ target }) => target?.key === 'lastName' || target?.key === 'fullName')
  if (!found?.proposal || !found.target || hasLastName) return mapped
  const names = sample.flatMap((row) => row[index]?.trim() || [])
  if (names.length < enough.cells || names.filter(isWhole).length < names.length * enough.share) return mapped
  const proposal = { ...found.proposal, key: 'fullName', confidence: 0.6, reason: 'contents' as const }
  const target = { ...found.target, key: 'fullName', column: null }
  return { ...mapped, columns: columns.with(index, { ...found, proposal, target }) }
}

function isWhole(name: string): boolean {
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  if (words.length === 2) return !isPatronymic(last) && !isInitials(last)
  return words.length === 3
}
