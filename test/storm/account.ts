import type { Saved } from '../seed.ts'

/** A record as remembered by its owner, the only actor that names, comments, deletes and restores it. */
export interface Kept {
  plural: Plural
  id: number
  owner: string
  name: string
  /** Possible comments: one value, or several if the outcome of a change is unknown. */
  comments: (string | null)[]
  place: 'there' | 'binned' | 'purged'
  /** How often any actor has incremented it. */
  counted: number
  /** The response that created it. */
  created?: Saved
  /** When its last deletion was requested. */
  deletedAt?: number
}

/** A field that is created and deleted during the storm. */
export interface TemporaryField {
  plural: Plural
  code: string
  kind: string
  multiple: boolean
  options: string[]
  /** When it was requested. */
  askedAt: number
}

/** Everything that the servers have acknowledged. */
export interface Account {
  records: Kept[]
  /** Fields that probably exist, and some deleted ones. */
  fields: TemporaryField[]
  /** Records with external keys that all actors write. */
  keys: Map<string, number>
  jobs: Set<number>
  files: number[]
  /** Periods in which the recycle bin was emptied. */
  emptyings: { from: number; to: number }[]
  /** When a value was acknowledged, by its number. */
  acknowledged: Map<number, number>
  /** The number of the next value. */
  next: number
}

/** Record types: how each is named, and how its records are named in the recycle bin. */
export const types = {
  contacts: { code: 'contact', prefix: 'C', name: 'lastName', stages: [] },
  companies: { code: 'company', prefix: 'CO', name: 'title', stages: [] },
  deals: { code: 'deal', prefix: 'D', name: 'title', stages: [] as string[] },
  leads: { code: 'lead', prefix: 'L', name: 'title', stages: [] as string[] },
  quotes: { code: 'quote', prefix: 'Q', name: 'title', stages: [] as string[] },
  invoices: { code: 'invoice', prefix: 'SI', name: 'title', stages: [] as string[] },
}
export type Plural = keyof typeof types
export const plurals = Object.keys(types) as Plural[]
/** Record types with fields that are created and deleted. */
export const changing: Plural[] = ['contacts', 'companies', 'deals']

export function newAccount(): Account {
  return {
    ...{ records: [], fields: [], keys: new Map(), jobs: new Set(), files: [], emptyings: [] },
    ...{ acknowledged: new Map(), next: 1 },
  }
}

/** Returns whether the recycle bin was emptied after the record was deleted. */
export function mayBePurged({ emptyings }: Account, { deletedAt = 0 }: Kept): boolean {
  return emptyings.some(({ to }) => to >= deletedAt)
}
