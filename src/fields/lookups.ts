import type { Labels } from '../errors/language.ts'

/** An entry of a dictionary, or an option of an enumeration. */
export interface Entry {
  code: string
  label: Labels
  sort: number
}

/** A list of allowed values: sources, contact types, industries. */
export interface Dictionary {
  code: string
  name: Labels
  entries: readonly (Entry & { system: boolean })[]
}

/** A currency for amounts. */
export interface Currency {
  code: string
  name: Labels
  digits: number
  isBase: boolean
}

/** The meaning of a stage. */
export type Semantic = 'process' | 'success' | 'failure'

/** A stage of a pipeline. Its id is a code, unique in the pipeline. */
export interface Stage {
  id: string
  name: Labels
  semantic: Semantic
  color: string
  sort: number
}

/** A pipeline with its stages in order. */
export interface Pipeline {
  id: number
  typeId: number
  name: Labels
  isDefault: boolean
  sort: number
  stages: readonly Stage[]
}

/** Settings of the whole instance. */
export interface Settings {
  /** Country (ISO 3166) of phone numbers without a country code. */
  country: string
  language: 'en' | 'ru'
  timeZone: string
  /** Default of `opened` for new records. */
  opened: boolean
  /** Whether changes must send the record version. */
  requireIfMatch: boolean
  /** Days that deleted records stay in the recycle bin. */
  recycleBinDays: number
  /** Months that history is kept; null keeps it forever. */
  historyMonths: number | null
}

/** The settings and lists that servers keep in memory. */
export interface Lookups {
  settings: Settings
  dictionaries: ReadonlyMap<string, Dictionary>
  currencies: ReadonlyMap<string, Currency>
  /** Pipelines by type id. The default pipeline comes first. */
  pipelines: ReadonlyMap<number, readonly Pipeline[]>
}
