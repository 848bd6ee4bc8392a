import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { contentsOf } from './contents.ts'
import { detectProgram } from './detect-program.ts'
import { applyGiven, fittingColumns, type GivenColumn } from './given-mapping.ts'
import type { Program } from './known/known-names.ts'
import { programs } from './known/programs.ts'
import { columnNames, type Proposal } from './propose.ts'
import { isLink, isList, type TargetColumns, targetColumns } from './targets.ts'

/** The limit of confidence from which a proposal is used without being confirmed. */
export const usedFrom = 0.5

/** What a column of a file is used for. */
export interface Target {
  /** Key of a column, `fullName`, or the key of the use of a numbered value, such as `phones.kind`. */
  key: string
  /** The column with this key. Null for whole names and for the use of a value. */
  column: CsvColumn | null
  /** A row uses the columns of one alternative of a field only. */
  alternative: string
  rank: number
  number: number | undefined
}

/** A column of a file with what its name means. */
export interface MappedColumn {
  name: string
  /** The best proposal, used or not. Null if the name is unknown. */
  proposal: Proposal | null
  /** What the column is used for. Null if it is ignored. */
  target: Target | null
}

/** The result of matching the column names of a file with fields. */
export interface MappedHeader {
  /** The source of the external ids of the file: the given one, or the code of the program that wrote it. */
  source: string
  columns: MappedColumn[]
}

/** How the columns of a file are matched. */
export interface MappingOptions {
  /** The mapping of the caller. The other columns are matched by their names. */
  mapping?: readonly GivenColumn[] | undefined
  /** The columns of a saved mapping, used where the file has them. */
  saved?: readonly GivenColumn[] | undefined
  /** The source of the external ids. Default: the program that wrote the file. */
  source?: string | undefined
  /** The first rows of the file. */
  sample?: readonly (readonly string[])[] | undefined
}

/**
 * Matches the column names of a file with fields: by key, by label in either language, and by the names that other
 * programs use. Ignores case, ё, spaces and punctuation. Throws validation_failed for a wrong mapping of the caller.
 */
export function mapHeader(
  header: readonly string[],
  fields: Iterable<Field>,
  { mapping = [], saved = [], source: given, sample = [] }: MappingOptions = {},
): MappedHeader {
  const program = detectProgram(header)
  const source = given ?? program.code
  const targets = targetColumns(fields, source)
  const names = columnNames(program, targets)
  const all = [...mapping, ...fittingColumns(saved, mapping, { header, targets })]
  const chosen = applyGiven(all, { header, targets, names })
  const columns = header.map((name, index): MappedColumn => {
    const known = chosen.get(index)
    const proposal = known === undefined ? (names.propose(name) ?? contentsOf(sample, index, targets)) : known
    return { name, proposal, target: null }
  })
  useProposals(columns, targets, program)
  joinWhole(columns)
  return { source, columns }
}

/** Uses the proposals, the most confident first. A column that holds one value is filled once. */
function useProposals(columns: readonly MappedColumn[], targets: TargetColumns, program: Program): void {
  const taken = new Set<string>()
  const inOrder = columns
    .map((column, index) => ({ column, index }))
    .sort((a, b) => (b.column.proposal?.confidence ?? 0) - (a.column.proposal?.confidence ?? 0) || a.index - b.index)
  for (const { column } of inOrder) {
    const { proposal, name } = column
    if (!proposal || proposal.confidence < usedFrom) continue
    const target = targetOf(proposal, targets, valuesOf(name, [program, ...ofName(proposal)]))
    const place = placeOf(target)
    if (place !== null && taken.has(place)) continue
    if (place !== null) taken.add(place)
    column.target = target
  }
}

/**
 * An address in one column is an alternative to its parts only if there are parts like it: `Адрес`, `Город` are one. Of
 * several such columns (legal and actual address) each is an address of its own.
 */
function joinWhole(columns: readonly MappedColumn[]): void {
  const targets = columns.flatMap(({ target }) => target ?? [])
  const isWhole = ({ alternative }: Target) => alternative.startsWith('whole')
  const whole = Map.groupBy(
    targets.filter(isWhole).sort((a, b) => a.rank - b.rank),
    ({ key, alternative }) => `${key}@${alternative}`,
  )
  for (const [first, ...others] of whole.values()) {
    if (first && !targets.some((other) => other.key === first.key && !isWhole(other))) first.alternative = ''
    for (const [index, other] of others.entries()) other.alternative = `further ${index}`
  }
}

function targetOf(proposal: Proposal, { columns }: TargetColumns, values: Values | undefined): Target {
  const { key, alternative, rank, number } = proposal
  const column = columns.get(key) ?? null
  return { key, alternative, rank, number, column: column && values ? withValues(column, values) : column }
}

/** Returns the name of what only one column can fill; null if several can. */
function placeOf({ key, column, alternative, number }: Target): string | null {
  const place = `${key}@${alternative}`
  if (!column) return key === 'fullName' ? place : `${place} ${number}`
  if (isLink(column)) return `${place} ${number}`
  return isList(column) ? null : place
}

type Values = Readonly<Record<string, string>>

/** Returns what the texts below a name mean, in the first of the programs that says so. */
function valuesOf(name: string, among: readonly Program[]): Values | undefined {
  return among.map(({ values }) => values?.[name.trim()]).find((values) => values !== undefined)
}

/** Returns the program that writes the name of a column, in whichever file it is: `Email Opt Out` never means yes. */
function ofName({ program }: Proposal): Program[] {
  return programs.filter(({ code }) => code === program)
}

/** Returns a column that reads the texts of a program as their meanings. */
function withValues(column: CsvColumn, values: Values): CsvColumn {
  return {
    ...column,
    read(text, place) {
      const meaning = values[text.toLowerCase()] ?? text
      return meaning === '' ? null : column.read(meaning, place)
    },
  }
}
