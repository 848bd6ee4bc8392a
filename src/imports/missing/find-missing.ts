import { normalizeName } from '../../columns/name.ts'
import { isReasonColumn } from '../../csv/reason-column.ts'
import type { Field } from '../../fields/field.ts'
import type { CsvColumn } from '../../fields/kind.ts'
import { fold } from '../../fields/kinds/choice-kinds.ts'
import { type KindSurvey, surveyKind } from '../../fields/kinds/survey-kind.ts'
import type { Context, Place } from '../../fields/value.ts'
import { codeOfLabel } from './code-of-label.ts'
import { isLabel, listOf, type Missing, type MissingEntries, type MissingField, most, nameOfList } from './missing.ts'

/** A file whose columns are mapped to fields. */
export interface MappedFile {
  header: readonly string[]
  /** The columns that fill fields. */
  columns: readonly { index: number; column: CsvColumn }[]
  /** The positions of the columns without a use, except for those that the caller ignores. */
  unused: readonly number[]
  /** All fields of the type. */
  fields: readonly Field[]
  context: Context
}

/** Looks at the rows of a file, and then says what it needs and does not find. */
export interface MissingSurvey {
  see(textOf: (index: number) => string): void
  missing(): Missing
}

/** Returns the survey of what a file lacks. */
export function surveyMissing(file: MappedFile): MissingSurvey {
  const fields = newFields(file).map((field) => ({ ...field, survey: surveyKind(file.context.now) }))
  const lists = listsOf(file)
  return {
    see(textOf) {
      for (const { index, survey } of fields) {
        const text = textOf(index)
        if (text) survey.see(text)
      }
      for (const { index, list, column } of lists) {
        const text = list.values.size < most.entries && textOf(index)
        if (text) list.see(text, column)
      }
    },
    missing: () => ({
      fields: fields.flatMap(filledField).slice(0, most.fields),
      entries: [...new Set(lists.map(({ list }) => list))].flatMap((list) => list.missing()),
    }),
  }
}

function filledField({ survey, ...field }: Omit<MissingField, 'kind'> & { survey: KindSurvey }): MissingField[] {
  const kind = survey.kind()
  return kind ? [{ ...field, kind }] : []
}

/** Returns the fields that columns without a use need. A column that is named as a field needs none. */
function newFields({ header, unused, fields }: MappedFile): Omit<MissingField, 'kind'>[] {
  const { names, codes } = namesOf(fields)
  const found: Omit<MissingField, 'kind'>[] = []
  for (const index of unused) {
    const label = (header[index] ?? '').replaceAll(/\s+/g, ' ').trim()
    const name = normalizeName(label)
    if (!isLabel(label, longestName) || names.has(name) || isReasonColumn(label)) continue
    // Each column is looked at in every row, so their number is limited before it is known which are filled.
    if (found.length === 2 * most.fields) break
    const code = codeOfLabel(label, 'field', (one) => codes.has(one))
    names.add(name)
    codes.add(code)
    found.push({ index, column: header[index]!.trim(), code, label })
  }
  return found
}

/** Returns the normalized names of fields, under which a file has their columns, and their codes. */
function namesOf(fields: readonly Field[]): { names: Set<string>; codes: Set<string> } {
  const named = fields.flatMap(({ code, path, label }) => [code, path, label.en, label.ru].map(normalizeName))
  return { names: new Set(named), codes: new Set(fields.map(({ code }) => code)) }
}

/** Returns whether fields with the codes or names of missing ones exist by now. */
export function existNow(missing: readonly MissingField[], fields: readonly Field[]): boolean {
  const { names, codes } = namesOf(fields)
  return missing.some(({ code, label }) => codes.has(code) || names.has(normalizeName(label)))
}

/** The longest name of a column that becomes a field. */
const longestName = 200

/** Returns the columns whose values are entries of a dictionary or options of a user field. */
function listsOf({ columns, context }: MappedFile): { index: number; list: MissingList; column: CsvColumn }[] {
  const lists = new Map<string, MissingList>()
  return columns.flatMap(({ index, column }) => {
    const about = listOf(column.field)
    if (!about || (about.dictionary !== null && !context.lookups.dictionaries.has(about.dictionary))) return []
    const list = lists.get(nameOfList(about)) ?? new MissingList(about, context)
    lists.set(nameOfList(about), list)
    return [{ index, list, column }]
  })
}

/** The cells of a column that are remembered, so that each is read once. */
const mostSeen = 10_000

/** The values that a list of choices lacks. */
class MissingList {
  readonly #about: Omit<MissingEntries, 'values'>
  readonly #context: Context
  readonly #seen = new Set<string>()
  /** The values by their folded text: words that differ in case are one value. */
  readonly values = new Map<string, string>()

  constructor(about: Omit<MissingEntries, 'values'>, context: Context) {
    this.#about = about
    this.#context = context
  }

  /** Reads a cell as an import does, and keeps the words that are no allowed value. */
  see(text: string, column: CsvColumn): void {
    if (this.#seen.has(text)) return
    if (this.#seen.size < mostSeen) this.#seen.add(text)
    const place: Place = { field: column.field, context: this.#context, pointer: '', faults: [] }
    column.read(text, place)
    for (const { unknown = '' } of place.faults) {
      const known = this.values.has(fold(unknown)) || this.values.size >= most.entries
      if (!known && isLabel(unknown, most.label)) this.values.set(fold(unknown), unknown)
    }
  }

  missing(): MissingEntries[] {
    const values = [...this.values.values()]
    return values.length ? [{ ...this.#about, values }] : []
  }
}
