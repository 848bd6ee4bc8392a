import { hashOf } from './hash.ts'
import type { PreparedRecord } from './prepared-record.ts'

/** Kinds of values whose frequency counts: agreement on a rare value weighs more than on a common one. */
const kinds = {
  lastName: 1,
  firstName: 2,
  middleName: 3,
  birthDate: 4,
  phone: 5,
  mailbox: 6,
  local: 7,
  host: 8,
  word: 9,
  city: 10,
  postalCode: 11,
  extra: 12,
} as const

/** A kind of value whose frequency counts. */
export type ValueKind = keyof typeof kinds

/** Returns the hash under which a value is counted. Extra fields count their values apart. */
export function valueHash(kind: ValueKind, text: string, place = 0): number {
  return hashOf(text, kinds[kind] + place)
}

/** Returns the hashes of all values of a record that are counted. */
export function valuesOf(record: PreparedRecord): Set<number> {
  const { name, birthDate, address, title, companies, emails, extra } = record
  const found = new Set<number>()
  const add = (kind: ValueKind, text: string | undefined, place = 0) => {
    if (text) found.add(valueHash(kind, text, place))
  }
  add('lastName', name?.last?.sound)
  add('firstName', name?.given?.sound)
  add('middleName', name?.middle?.sound)
  add('birthDate', birthDate)
  add('city', address?.city)
  add('postalCode', address?.postalCode)
  for (const phone of record.phones) add('phone', phone)
  for (const host of record.hosts) add('host', host)
  for (const { mailbox, local, host } of emails) {
    add('mailbox', mailbox)
    add('local', local)
    add('host', host)
  }
  for (const { sounds } of title ? [title, ...companies] : companies) for (const word of sounds) add('word', word)
  extra.forEach((value, place) => {
    add('extra', value?.text, place)
  })
  return found
}

/** Tells how many records hold a value. */
export interface ValueCounts {
  /** The number of records. */
  records: number
  /** Returns the number of records with a value, by its hash. Undefined if nothing is known about it. */
  countOf(hash: number): number | undefined
}
