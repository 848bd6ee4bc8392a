import type { Labels } from '../errors/language.ts'

/** An entry of a dictionary, or an option of an enumeration. */
export interface Entry {
  code: string
  label: Labels
  sort: number
}

/** A list that records choose from: sources, contact types, industries. */
export interface Dictionary {
  code: string
  name: Labels
  entries: readonly (Entry & { system: boolean })[]
}

/** A currency that amounts may be in. */
export interface Currency {
  code: string
  name: Labels
  digits: number
  isBase: boolean
}

/** What a stage means. */
export type Semantic = 'process' | 'success' | 'failure'

/** A stage of a pipeline; its id is a code, unique there. */
export interface Stage {
  id: string
  name: Labels
  semantic: Semantic
  color: string
  sort: number
}

/** The stages that a record goes through, in their order. */
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
  /** Country (ISO 3166) whose phone numbers may be written without a country code. */
  country: string
  language: 'en' | 'ru'
  timeZone: string
  /** Whether new records are available to everyone. */
  opened: boolean
  /** Whether a change must say which version it has seen. */
  requireIfMatch: boolean
  /** How long deleted records can be restored. */
  recycleBinDays: number
  /** How long history is kept; null for ever. */
  historyMonths: number | null
}

/** Every list that a record needs, as servers keep it in memory. */
export interface Lookups {
  settings: Settings
  dictionaries: ReadonlyMap<string, Dictionary>
  currencies: ReadonlyMap<string, Currency>
  /** By type id; the default pipeline of a type comes first. */
  pipelines: ReadonlyMap<number, readonly Pipeline[]>
}
