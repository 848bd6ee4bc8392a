import type { CsvRow } from '../../csv/read.ts'
import { pointerTo } from '../../entities/change.ts'
import { isWithin } from '../../errors/json-pointer.ts'
import { paramsOf } from '../../errors/messages.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field, FieldsByPath } from '../../fields/field.ts'
import type { CsvColumn } from '../../fields/kind.ts'
import { RecordText } from '../../fields/record-text.ts'
import type { Value } from '../../fields/value.ts'
import type { JobFault } from '../../jobs/faults.ts'
import type { RowCountries } from '../people/phone-countries.ts'
import {
  canBeEmpty,
  type FaultSource,
  type Given,
  incomplete,
  isKey,
  plain,
  type Sourced,
  sourcesIn,
  withField,
  withoutRepeats,
} from './given.ts'

/** What a column fills: a field, a part of it, or items of its list. */
type Filled = Pick<CsvColumn, 'field' | 'into'>

/** A cell that names records. */
export interface NamingCell {
  /** The name of the column. */
  column: string
  named: RecordText
}

/** A link of a row to records. Several cells can name the same records in different ways. */
export interface NamedLink {
  field: Field
  into: 'value' | 'items'
  cells: NamingCell[]
}

/** A row that is being converted to a record. */
export class ImportRow {
  readonly row: number
  readonly line: number
  readonly faults: JobFault[] = []
  /** Whether the row is skipped because it is no record, such as a repeated header. */
  isSkipped = false
  /** The columns of empty cells, by fields that need a value. */
  readonly #empty = new Map<Field, string>()
  /** Countries to try for phone numbers without a country code. */
  countries: RowCountries = { usual: [], byUse: {} }
  /** Values of a copied record that only the server sets otherwise, by field key. */
  kept: Map<string, Value> | undefined
  readonly #given = new Map<Field, Given>()
  /** Fields with a cell that names records, found or not. */
  readonly #linking = new Set<Field>()
  /** The links whose records are not found yet, by the place of their columns. */
  readonly #named = new Map<Field, NamedLink[]>()
  /** Fields with a cell that could not be read or is not allowed. Its fault is already noted. */
  readonly #unread = new Set<Field>()

  constructor({ row, line }: Pick<CsvRow, 'row' | 'line'>) {
    this.row = row
    this.line = line
  }

  /** Adds the id of the created record to all faults of the row. */
  became(recordId: number | undefined): void {
    if (recordId !== undefined) for (const fault of this.faults) fault.recordId = recordId
  }

  get isRefused(): boolean {
    return this.faults.some(({ severity }) => severity === 'error')
  }

  /** Returns whether a record can be made from the row. */
  get isUsable(): boolean {
    return !this.isSkipped && !this.isRefused
  }

  /**
   * Stores the value of a cell in the field of its column. Of several columns, the last filled one wins. Cells that name
   * records are kept until the records are found; those of the same place name the same ones.
   */
  put({ field, into }: Filled, value: unknown, name: string, place = 0): void {
    const [named] = Array.isArray(value) ? value : [value]
    if (named instanceof RecordText)
      this.#name({ field, into: into === 'items' ? into : 'value' }, { column: name, named }, place)
    else if (into === 'value') {
      if (value === null && this.#given.has(field)) return
      this.#given.set(field, { value: { value, column: name } })
    } else if (into === 'items') {
      const items = (value as unknown[]).map((item) => ({ value: item, column: name }))
      this.#given.set(field, { items: [...(this.#itemsOf(field) ?? []), ...items] })
    } else {
      const parts = this.#partsOf(field) ?? new Map<string, Sourced>()
      const present = parts.get(into.part)?.value
      const joined = Array.isArray(present) ? [...present, ...((value as unknown[] | null) ?? [])] : value
      parts.set(into.part, { value: joined, column: name })
      this.#given.set(field, { parts })
    }
  }

  #name(to: Pick<NamedLink, 'field' | 'into'>, cell: NamingCell, place: number): void {
    const links = this.#named.get(to.field) ?? []
    this.#named.set(to.field, links)
    this.#linking.add(to.field)
    links[place] ??= { ...to, cells: [] }
    links[place].cells.push(cell)
  }

  /** Returns the value of the field, or of the part of it, that a column fills. Null if there is none. */
  valueIn(column: Filled): unknown {
    return this.#sourceIn(column)?.value ?? null
  }

  /** Leaves what an unreadable cell would have filled empty. A field that cannot be empty gets its default. */
  miss(column: Filled, name: string): void {
    if (!canBeEmpty(column.field)) return
    this.#unread.add(column.field)
    const source = this.#sourceIn(column)
    if (source) source.value = null
    else if (column.into !== 'items') this.put(column, null, name)
  }

  /** Returns whether a cell of the field could not be read. */
  isUnread({ field }: Filled): boolean {
    return this.#unread.has(field)
  }

  /** Takes a value back that means nothing without others, and says so. */
  leaveOut(column: Filled, note: Pick<Fault, 'code'> | undefined): void {
    const source = this.#sourceIn(column)
    if (source) source.value = null
    if (source && note) this.note('info', source.column, note)
  }

  /** Returns whether a default value may fill a field: no cell names a record for it or could not be read. */
  takesDefault(path: string): boolean {
    return ![...this.#unread, ...this.#linking].some((field) => field.path === path)
  }

  /** Returns the text of a field, or an empty string if the row has none. */
  textOf(path: string): string {
    for (const [field, given] of this.#given) {
      if (field.path === path) return 'value' in given ? String(given.value.value ?? '') : ''
    }
    return ''
  }

  /** Returns the name of the column with the value of a field, or null if the row has none. */
  columnOf(field: Field): string | null {
    const given = this.#given.get(field)
    return given && 'value' in given ? given.value.column : null
  }

  note(severity: JobFault['severity'], column: string | null, fault: Pick<Fault, 'code' | 'params' | 'pointer'>) {
    const { code } = fault
    const { row, line } = this
    const noted: JobFault = { row, line, column, severity, code, params: paramsOf(fault) }
    // Several values of a cell may have the same fault.
    if (!this.faults.some((one) => isAlike(one, noted))) this.faults.push(noted)
  }

  /** Notes a fault of a field at its column, or with the name of the field if the file has no column for it. */
  noteField(severity: JobFault['severity'], fault: Fault, fields: FieldsByPath, at?: FaultSource): void {
    const { field, sources, column = sources?.[0]?.column } = at ?? this.#find(fault)
    const named = column ?? this.#columnAt(field, fault)
    this.note(severity, named, named === null ? withField(fault, fields) : fault)
  }

  /** Notes that the cell of a field that needs a value is empty. */
  passOver(field: Field, column: string): void {
    this.#empty.set(field, column)
  }

  /** Returns the links whose records are not found yet. */
  namedLinks(): NamedLink[] {
    // Places without a filled cell have no link.
    return [...this.#named.values()].flatMap((links) => links.filter(Boolean))
  }

  /** Stores the records that were found for a link. */
  link(link: NamedLink, records: readonly unknown[]): void {
    const { field, into, cells } = link
    const left = this.#named.get(field)?.filter((one) => one !== link) ?? []
    if (left.length) this.#named.set(field, left)
    else this.#named.delete(field)
    const linked = records.map((value) => ({ value, column: cells[0]!.column }))
    if (into === 'items')
      this.#given.set(field, { items: withoutRepeats([...(this.#itemsOf(field) ?? []), ...linked]) })
    else if (linked[0]) this.#given.set(field, { value: linked[0] })
    else this.#given.delete(field)
  }

  /** Returns the value of a field in a JSON body, or null. */
  valueOf(field: Field): unknown {
    const given = this.#given.get(field)
    return given ? plain(given) : null
  }

  /** Returns the record as a JSON body, without links whose records are not found yet. */
  body(): Record<string, unknown> {
    const body: Record<string, unknown> = {}
    const userFields: Record<string, unknown> = {}
    for (const [field, given] of this.#given) {
      if (this.#named.has(field)) continue
      if (field.userFieldId === null) body[field.code] = plain(given)
      else userFields[field.code] = plain(given)
    }
    return Object.keys(userFields).length ? { ...body, userFields } : body
  }

  /**
   * Removes the values with faults, so that the row can be tried again without them. Refuses the row if a fault has no
   * value to remove or is in a required field.
   */
  repair(faults: readonly Fault[], fields: FieldsByPath): void {
    const found = faults.map((fault) => ({ fault, ...this.#find(fault) }))
    const isLost = found.some(({ sources, field }) => field?.required || !sources?.some(({ value }) => value !== null))
    for (const { fault, missing, ...at } of found) {
      const noted = missing ? ({ ...fault, code: 'incomplete_value', params: { part: missing } } as const) : fault
      this.noteField(isLost ? 'error' : 'warning', noted, fields, at)
    }
    for (const { field, sources } of found) if (field && sources && !isLost) this.#remove(field, new Set(sources))
  }

  /** Returns the field and the values that a fault is about. */
  #find({ pointer = '', code, params }: Fault): FaultSource {
    const entry = [...this.#given].find(([field]) => isWithin(pointer, pointerTo(field)))
    if (!entry) return {}
    const [field, given] = entry
    const [inner = ''] = pointer.slice(pointerTo(field).length + 1).split('/')
    if ('value' in given) return { field, sources: [given.value] }
    if ('parts' in given && code === 'required') return { field, ...incomplete(field, given.parts, { inner, params }) }
    const all = sourcesIn(given)
    // A fault in an empty or missing part, or in an unknown item, concerns all of them.
    const one = 'parts' in given ? given.parts.get(inner) : given.items[Number(inner || Number.NaN)]
    if (one && one.value !== null) return { field, sources: [one] }
    const keys = code === 'duplicate_external_id' ? all.filter((item) => isKey(item, params)) : []
    return { field, sources: keys.length ? keys : all, ...(one && { column: one.column }) }
  }

  #columnAt(field: Field | undefined, { pointer = '' }: Fault): string | null {
    const empty = [...this.#empty].find(([one]) => one === field || isWithin(pointer, pointerTo(one)))
    return empty?.[1] ?? null
  }

  #remove(field: Field, gone: ReadonlySet<Sourced>): void {
    const given = this.#given.get(field)
    this.#unread.add(field)
    if (given && 'value' in given && canBeEmpty(field)) given.value.value = null
    else if (!given || 'value' in given) this.#given.delete(field)
    else if ('items' in given) this.#given.set(field, { items: given.items.filter((item) => !gone.has(item)) })
    else {
      for (const [name, part] of given.parts) if (gone.has(part)) given.parts.delete(name)
      if (!given.parts.size) this.#given.delete(field)
    }
  }

  #sourceIn({ field, into }: Filled): Sourced | undefined {
    const given = this.#given.get(field)
    if (!given || 'items' in given) return undefined
    return 'value' in given ? given.value : typeof into === 'object' ? given.parts.get(into.part) : undefined
  }

  #itemsOf(field: Field): Sourced[] | undefined {
    const given = this.#given.get(field)
    return given && 'items' in given ? given.items : undefined
  }

  #partsOf(field: Field): Map<string, Sourced> | undefined {
    const given = this.#given.get(field)
    return given && 'parts' in given ? given.parts : undefined
  }
}

/** Returns whether two faults of a row say the same. */
function isAlike(a: JobFault, b: JobFault): boolean {
  const fieldOf = ({ params: { field } }: JobFault) => (typeof field === 'object' ? field.en : undefined)
  return a.column === b.column && a.code === b.code && a.severity === b.severity && fieldOf(a) === fieldOf(b)
}
