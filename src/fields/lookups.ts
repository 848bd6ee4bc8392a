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
  /** Number of digits after the decimal point. */
  digits: number
  sort: number
}

/** The meanings of stages, in the order that stages have in a pipeline. */
export const semantics = ['process', 'success', 'failure'] as const
/** The meaning of a stage. */
export type Semantic = (typeof semantics)[number]

/** A stage of a pipeline. Its id is a code, unique in the pipeline. */
export interface Stage {
  id: string
  /** The number by which records keep that they have entered it. Null before it is saved. */
  number: number | null
  name: Labels
  semantic: Semantic
  color: string
  sort: number
  /** Keys of the fields that must have a value when a record enters the stage. */
  requiredFields: readonly string[]
  /** Ids of the stages to which records can move from here. Null allows all stages of the pipeline. */
  nextStages: readonly string[] | null
}

/** A pipeline with its stages in order. */
export interface Pipeline {
  id: number
  typeId: number
  name: Labels
  isDefault: boolean
  sort: number
  /** Whether a record that enters a failure stage must have a failure reason. */
  failureNeedsReason: boolean
  /** Probability in per cent that a record in a stage will be won, by the ids of stages. Others have that of past records. */
  stageProbabilities: Readonly<Record<string, number>> | null
  stages: readonly Stage[]
}

/** The features that a plan can include. */
export const planFeatures = ['fieldVisibility', 'export', 'roles', 'autoMerge', 'recurring', 'automation'] as const
/** A feature that a plan can include. */
export type PlanFeature = (typeof planFeatures)[number]

/** A plan: which features the instance has, and how many records it may search and analyse. */
export interface Plan {
  code: string
  name: Labels
  features: readonly PlanFeature[]
  /** The most records of a type that a filter or a search text may be applied to. Null sets no limit. */
  searchLimit: number | null
  /** The most records of a type in analytics. Null sets no limit. */
  analyticsLimit: number | null
}

/** Settings of the whole instance. */
export interface Settings {
  /** Whether the CRM is switched on. While it is off, only settings and people can be read and changed. */
  crmEnabled: boolean
  /** The code of the plan in force. */
  plan: string
  /** Country (ISO 3166) of phone numbers without a country code. */
  country: string
  language: 'en' | 'ru'
  timeZone: string
  /** The month in which the fiscal year begins, from 1 to 12. */
  fiscalYearStart: number
  /** Default of `opened` for new records. */
  opened: boolean
  /** Whether changes must send the record version. */
  requireIfMatch: boolean
  /** Days that deleted records stay in the recycle bin. */
  recycleBinDays: number
  /** Months that history is kept; null keeps it forever. */
  historyMonths: number | null
  /** In the simple mode a new lead is converted at once. */
  leadMode: 'classic' | 'simple'
  /** The currency to which rates are relative, and that of new records. */
  baseCurrency: string
  /** The currency of reports; null stands for the base currency. */
  reportCurrency: string | null
  /** The currency of new invoices; null stands for the base currency. */
  invoiceCurrency: string | null
}

/** The settings and lists that servers keep in memory. */
export interface Lookups {
  settings: Settings
  /** The plan in force. */
  plan: Plan
  dictionaries: ReadonlyMap<string, Dictionary>
  currencies: ReadonlyMap<string, Currency>
  /** Pipelines by type id. The default pipeline comes first. */
  pipelines: ReadonlyMap<number, readonly Pipeline[]>
}

/** Returns the lookups with this pipeline only, because codes and names of stages are unique only in a pipeline. */
export function inPipeline(lookups: Lookups, pipeline: Pipeline): Lookups {
  return { ...lookups, pipelines: new Map([[pipeline.typeId, [pipeline]]]) }
}
