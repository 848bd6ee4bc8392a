import type { CsvColumn } from '../fields/kind.ts'
import { everyday } from './known/everyday.ts'
import type { Program } from './known/known-names.ts'
import { programs } from './known/programs.ts'
import { type KnownColumn, knownColumns } from './known-columns.ts'
import { type ColumnName, columnName, knownName, normalizeName } from './name.ts'
import { bareName, nearestName } from './similar.ts'
import { isList, type TargetColumns } from './targets.ts'

/** Why a column of a file is proposed for a field. */
export const reasons = [
  /** The caller said so. */
  'given',
  /** The name is the code of a field or the key of a column. */
  'ownCode',
  /** The name is a label of a field, in English or Russian. */
  'ownLabel',
  /** A program writes this name, or people do. */
  'knownName',
  /** The name contains a known one, or is spelt almost like one. */
  'similarName',
  /** The cells of the column look like values of the field. */
  'contents',
] as const
/** Why a column of a file is proposed for a field. */
export type Reason = (typeof reasons)[number]

/** A field that a column of a file is proposed for. */
export interface Proposal extends KnownColumn {
  /** From 0 to 1. */
  confidence: number
  reason: Reason
  /** The program that writes this name, if it is the reason. */
  program?: string
  /** The number in the name. */
  number: number | undefined
}

/** How sure it is what a name means. */
const confidences = {
  own: 1,
  /** The file has names that only this program writes. */
  ofProgram: 0.95,
  everyday: 0.9,
  ofOtherProgram: 0.8,
  bare: 0.7,
  // `Contract` is not `Contact`: a misspelt name has to be confirmed.
  misspelt: 0.4,
}

/** The names that columns of a file can have. */
export interface ColumnNames {
  /** Returns what a known name means. */
  recognize(name: string): Proposal | null
  /** Returns what a name means, known or spelt almost like a known one. */
  propose(name: string): Proposal | null
}

interface Level {
  /** What names mean. Null if they mean nothing that records have. */
  known: ReadonlyMap<string, KnownColumn | null>
  confidence: number
  reason: Reason
  program?: string
}

/** The most unknown names that are compared with all known ones. */
const mostCompared = 100

/** Returns the known names for a file of a program, whose own names win. */
export function columnNames(program: Program, targets: TargetColumns): ColumnNames {
  const levels = levelsOf(program, targets)
  let compared = 0
  const recognize = (name: string, forms = columnName(name)) =>
    forms.whole ? (find(forms, levels, targets) ?? findBare(name, levels, targets)) : null
  return {
    recognize: (name) => recognize(name),
    propose(name) {
      const forms = columnName(name)
      const found = recognize(name, forms)
      if (found || !forms.whole || ++compared > mostCompared) return found
      const near = nearestName(
        forms.whole,
        levels.map(({ known }) => known),
      )
      return near && { ...near, confidence: confidences.misspelt, reason: 'similarName', number: forms.number }
    },
  }
}

function levelsOf(program: Program, targets: TargetColumns): Level[] {
  const level = (one: Program, confidence: number): Level => ({
    known: knownColumns(one, targets),
    confidence,
    reason: 'knownName',
    program: one.code,
  })
  const ignored = new Map((program.ignored ?? []).map((name) => [knownName(name), null]))
  const others = programs.filter((one) => one !== program && one !== everyday)
  return [
    { known: ignored, confidence: 0, reason: 'knownName' },
    ...(program === everyday ? [] : [level(program, confidences.ofProgram)]),
    { known: ownNames(targets, ({ key }) => [key]), confidence: confidences.own, reason: 'ownCode' },
    { known: ownNames(targets, codesOf), confidence: confidences.own, reason: 'ownCode' },
    { known: ownNames(targets, labelsOf), confidence: confidences.own, reason: 'ownLabel' },
    level(everyday, confidences.everyday),
    ...others.map((one) => level(one, confidences.ofOtherProgram)),
  ]
}

function codesOf({ key, field, isMain }: CsvColumn): string[] {
  return [key.replace(field.path, field.code), ...(isMain ? [field.path, field.code] : [])]
}

/** Exports write a label that two columns have with the key: `City (userFields.city)`. */
function labelsOf({ key, label: { en, ru }, field, isMain }: CsvColumn): string[] {
  const ofField = isMain ? [field.label.en, field.label.ru] : []
  return [en, ru, `${en} (${key})`, `${ru} (${key})`, ...ofField]
}

function ownNames({ columns }: TargetColumns, namesOf: (column: CsvColumn) => string[]): Map<string, KnownColumn> {
  const known = new Map<string, KnownColumn>()
  for (const column of columns.values()) {
    for (const name of namesOf(column).map(normalizeName)) {
      if (!known.has(name)) known.set(name, { key: column.key, alternative: '', rank: 0 })
    }
  }
  return known
}

/** Looks up a name: as it is, with any number, or, for a column with several values, without its number. */
function find(forms: ColumnName, levels: readonly Level[], { columns }: TargetColumns): Proposal | null {
  const { whole, pattern = '', bare = '', number } = forms
  for (const { known, ...level } of levels) {
    const exact = known.get(whole)
    if (exact === null) return null
    if (exact) return { ...exact, ...level, number: undefined }
    const numbered = known.get(pattern)
    if (numbered) {
      return { ...numbered, ...level, alternative: numbered.alternative.replace('{n}', String(number)), number }
    }
    const first = known.get(bare)
    const column = first && columns.get(first.key)
    if (column && isList(column)) return { ...first, ...level, number }
  }
  return null
}

/** Looks up a name without what is said about it: `Телефон клиента`, `Сумма, руб.`. */
function findBare(name: string, levels: readonly Level[], targets: TargetColumns): Proposal | null {
  const bare = bareName(name)
  const found = bare === name ? null : find(columnName(bare), levels, targets)
  // The id of the client of a deal is not the id of the deal.
  if (!found || found.key === 'id') return null
  return { ...found, confidence: Math.min(found.confidence, confidences.bare), reason: 'similarName' }
}
