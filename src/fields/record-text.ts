import type { Labels } from '../errors/language.ts'
import type { Field } from './field.ts'
import type { CsvColumn } from './kind.ts'

/** The ways to find a record that a cell names. */
export const recordKeys = ['id', 'externalIds', 'emails', 'phones', 'name'] as const
/** A way to find a record that a cell names. */
export type RecordKey = (typeof recordKeys)[number]

/** A cell that names records, such as `Ivan Petrov`, `+7 945 123-45-67` or `[CO] Vector`. The import finds them. */
export class RecordText {
  readonly text: string
  /** What the cell contains. Undefined if its form decides. */
  readonly by: RecordKey | undefined

  constructor(text: string, by?: RecordKey) {
    this.text = text
    this.by = by
  }
}

const keyLabels: Readonly<Record<RecordKey, Labels>> = {
  id: { en: 'ID', ru: 'ID' },
  externalIds: { en: 'external id', ru: 'внешний ключ' },
  emails: { en: 'e-mail', ru: 'e-mail' },
  phones: { en: 'phone', ru: 'телефон' },
  name: { en: 'name', ru: 'название' },
}

/** Returns the columns that imports accept for a link besides its own: one for each way to find the linked records. */
export function recordTextColumns(field: Field, into: CsvColumn['into']): CsvColumn[] {
  return recordKeys.map((by) => ({
    field,
    key: `${field.path}.${by}`,
    label: {
      en: `${field.label.en} (${keyLabels[by].en})`,
      ru: `${field.label.ru} (${keyLabels[by].ru})`,
    },
    write: () => '',
    read: (text) => recordTexts(text, into, by),
    into,
  }))
}

/** Returns the value of a cell that names records. */
export function recordTexts(text: string, into: CsvColumn['into'], by?: RecordKey): unknown {
  const named = new RecordText(text, by)
  return into === 'items' ? [named] : named
}
