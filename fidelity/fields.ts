import type { ApiRecord } from './api.ts'
import { entriesByWord, stagesByWord } from './expected.ts'
import type { Linked } from './linked.ts'

/** A record that is compared with an expected one. */
export interface Compared {
  record: ApiRecord
  linked: Linked
  /** The format of the file. */
  format: string
}

/** Returns the value of a field as the expected record has it. `want` is the expected value. */
type Reader = (compared: Compared, want: unknown) => unknown

const value =
  (name: string): Reader =>
  ({ record }) =>
    record[name]
const number =
  (name: string): Reader =>
  ({ record }) =>
    record[name] === null ? null : Number(record[name])
const normalized =
  (name: string): Reader =>
  ({ record }) =>
    (record[name] as { normalized: string }[]).map((one) => one.normalized).sort()
const entry =
  (name: string, dictionary: string): Reader =>
  ({ record, linked }, want) => {
    const labels = linked.labels.get(`${dictionary}/${record[name]}`) ?? []
    return labels.includes(String(want)) || entriesByWord[String(want)] === record[name] ? want : (labels[0] ?? null)
  }

/** Names of contacts that a file writes with the last name first, by its format. */
const lastNameFirst: ReadonlySet<string> = new Set(['amocrm'])

/** The fields of expected records. */
export const fields: Readonly<Record<string, Reader>> = {
  lastName: value('lastName'),
  firstName: value('firstName'),
  secondName: value('middleName'),
  fullName({ record, format }) {
    const { firstName, middleName, lastName } = record
    const parts = lastNameFirst.has(format) ? [lastName, firstName, middleName] : [firstName, middleName, lastName]
    return parts.filter(Boolean).join(' ')
  },
  name: value('title'),
  title: value('title'),
  birthdate: value('birthDate'),
  position: value('position'),
  comment: value('comment'),
  phones: normalized('phones'),
  emails: normalized('emails'),
  site: ({ record }) => (record.websites as { value: string }[])[0]?.value,
  company({ record, linked }) {
    const [first] = (record.companies as { id: number }[] | undefined) ?? []
    const id = (record.companyId as number | null | undefined) ?? first?.id
    return id === undefined ? record.companyTitle : linked.companyTitles.get(id)
  },
  contact({ record, linked }) {
    const [first] = record.contacts as { id: number }[]
    return first && linked.contactNames.get(first.id)
  },
  address: ({ record }, want) => addressOf(record.address as Address | null, want),
  export: value('participatesInExport'),
  open: value('opened'),
  industry: entry('industry', 'INDUSTRY'),
  employees: entry('employees', 'EMPLOYEES'),
  revenue: number('annualRevenue'),
  amount: number('amount'),
  opportunity: number('amount'),
  probability: number('probability'),
  currency: value('currency'),
  stage: ({ record }, want) => (stagesByWord[String(want)] === record.stageId ? want : record.stageId),
  closed: ({ record }) => record.stageSemantic !== 'process',
  beginDate: value('beginDate'),
  closeDate: value('closeDate'),
}

interface Address {
  lines: string[] | null
  city: string | null
  postalCode: string | null
  country: string | null
}

/**
 * Returns an address as the expected record has it: as one text, or with the street and the flat, which are lines of
 * ours. An expected address without a flat says nothing about it.
 */
function addressOf(address: Address | null, want: unknown): unknown {
  if (!address) return null
  const { lines, city, postalCode, country } = address
  if (typeof want !== 'object' || want === null) return [...(lines ?? []), city, postalCode].filter(Boolean).join(', ')
  const { street, flat } = want as { street: string; flat?: string | null }
  const joined = (parts: readonly (string | null | undefined)[] | null) => parts?.filter(Boolean).join(', ')
  const isRight = 'flat' in want ? joined(lines) === joined([street, flat]) : lines?.[0] === street
  const streetAndFlat = isRight ? { street, ...('flat' in want && { flat }) } : { street: joined(lines) }
  return { ...streetAndFlat, city, postcode: postalCode, country }
}
