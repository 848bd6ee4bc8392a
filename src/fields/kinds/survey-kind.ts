import { possibleOrders } from '../../cells/dates.ts'
import { type CellKind, kindOfCells } from '../../cells/kind.ts'
import { currencyOf, possibleMarks } from '../../cells/numbers.ts'
import type { Written } from '../../cells/survey.ts'
import { splitTime } from '../../cells/times.ts'
import type { KindName } from '../kind-names.ts'
import { isWebsite } from '../website.ts'
import { longestString } from './text-kinds.ts'

/** Decides the kind of a new field, cell by cell. */
export interface KindSurvey {
  see(text: string): void
  /** Null if all cells were empty. */
  kind(): KindName | null
}

/** The kinds of fields that hold every cell of a kind unchanged. Other cells are stored as text. */
const kinds: Partial<Record<CellKind, KindName>> = {
  ...{ boolean: 'boolean', integer: 'integer', number: 'decimal', date: 'date', datetime: 'datetime', url: 'url' },
}

/** How the cells of a kind of field can be written. */
export const writtenOf: Partial<Record<KindName, Written>> = {
  ...{ integer: 'number', decimal: 'number', date: 'date', datetime: 'date' },
}

/**
 * Returns the survey of a column for which a field is created. Every cell must fit: a field of numbers would lose the
 * one cell that is a word, and a column whose cells are written in different ways would be misread.
 */
export function surveyKind(now: Date): KindSurvey {
  let found: KindName | null = null
  let ways: readonly string[] | null = null
  let longest = 0
  return {
    see(text) {
      longest = Math.max(longest, text.length)
      if (found === 'string') return
      const one = kindOfCell(text, now)
      found = found ? joined(found, one) : one
      const possible = waysOf(text, found, now)
      ways = ways && possible ? ways.filter((way) => possible.includes(way)) : possible
      if (ways?.length === 0) found = 'string'
    },
    kind: () => (found === 'string' && longest > longestString ? 'text' : found),
  }
}

function kindOfCell(text: string, now: Date): KindName {
  const cell = kindOfCells([text], now)
  const kind = kinds[cell] ?? 'string'
  // A number would lose leading zeros and its currency, or be too long to be exact.
  if (writtenOf[kind] === 'number' && (/^\D*0\d/.test(text) || currencyOf(text) || text.length > 20)) return 'string'
  return kind === 'url' && !(isWebsite(text) && text.length <= longestString) ? 'string' : kind
}

function joined(before: KindName, one: KindName): KindName {
  if (before === one) return before
  return writtenOf[before] === 'number' && writtenOf[one] === 'number' ? 'decimal' : 'string'
}

/** Returns the ways in which a cell can be read. Null if there is only one. */
function waysOf(text: string, kind: KindName, now: Date): readonly string[] | null {
  if (writtenOf[kind] === 'number') return possibleMarks(text)
  if (writtenOf[kind] === 'date') return possibleOrders(splitTime(text)?.date ?? text, now)
  return null
}
