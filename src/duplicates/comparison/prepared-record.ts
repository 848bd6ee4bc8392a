import { type Address, parseAddress } from './address.ts'
import { type CompanyTitle, parseTitle } from './company-title.ts'
import type { ComparedRecord } from './compared-record.ts'
import { type Email, parseEmail } from './email.ts'
import { type ExtraValue, parseExtra } from './extra-value.ts'
import { type PreparedName, prepareName } from './person-name.ts'
import { hostOf } from './website.ts'

/** A record whose values are in the forms that are compared. */
export interface PreparedRecord {
  id: number
  name: PreparedName | undefined
  title: CompanyTitle | undefined
  companies: readonly CompanyTitle[]
  /** Digits only. */
  phones: readonly string[]
  emails: readonly Email[]
  hosts: readonly string[]
  birthDate: string | undefined
  address: Address | undefined
  extra: readonly (ExtraValue | undefined)[]
}

/** Shorter numbers are internal ones of some office. */
const shortestPhone = 5

/** Brings the values of a record into the forms that are compared. */
export function prepareRecord(record: ComparedRecord): PreparedRecord {
  const phones = record.phones
    .map((phone) => phone.replaceAll(/\D/g, ''))
    .filter(({ length }) => length >= shortestPhone)
  return {
    id: record.id,
    name: prepareName(record),
    title: record.title === null ? undefined : parseTitle(record.title),
    companies: filled(record.companies.map(parseTitle)),
    phones: [...new Set(phones)],
    emails: filled(record.emails.map(parseEmail)),
    hosts: [...new Set(filled(record.websites.map(hostOf)))],
    birthDate: record.birthDate ?? undefined,
    address: record.address ? parseAddress(record.address) : undefined,
    extra: record.extra.map(parseExtra),
  }
}

function filled<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined)
}
