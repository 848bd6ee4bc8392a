import type { Saved } from '../seed.ts'

/** A record as its owner, who alone names, comments, deletes and restores it, remembers it. */
export interface Kept {
  plural: Plural
  id: number
  owner: string
  name: string
  /** What its comment may be: one value, more only where it is not known what became of a change. */
  comments: (string | null)[]
  place: 'there' | 'binned' | 'purged'
  /** How often anybody has counted it up. */
  counted: number
  /** The body that answered its creation. */
  created?: Saved
  /** When its last deletion was asked for. */
  deletedAt?: number
}

/** A field that comes and goes. */
export interface Passing {
  plural: Plural
  code: string
  kind: string
  multiple: boolean
  options: string[]
  /** When it was asked for. */
  askedAt: number
}

/** What the servers have acknowledged. */
export interface Account {
  records: Kept[]
  /** Fields that are there as far as is known, and some that were. */
  fields: Passing[]
  /** Records by keys that everybody writes. */
  keys: Map<string, number>
  jobs: Set<number>
  files: number[]
  /** Times in which the recycle bin was emptied. */
  emptyings: { from: number; to: number }[]
  /** When a value, by its number, was acknowledged. */
  acknowledged: Map<number, number>
  /** The number of the next value. */
  next: number
}

/** The types of records: how each is named, and where its records lie in the recycle bin. */
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
/** Those that have fields that come and go. */
export const changing: Plural[] = ['contacts', 'companies', 'deals']

export function newAccount(): Account {
  return {
    ...{ records: [], fields: [], keys: new Map(), jobs: new Set(), files: [], emptyings: [] },
    ...{ acknowledged: new Map(), next: 1 },
  }
}

/** Whether the recycle bin was emptied since the record came there. */
export function mayBePurged({ emptyings }: Account, { deletedAt = 0 }: Kept): boolean {
  return emptyings.some(({ to }) => to >= deletedAt)
}
