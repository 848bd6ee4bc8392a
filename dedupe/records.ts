import type { ComparedRecord } from '../src/duplicates/comparison/compared-record.ts'
import { countryOfPhone, normalizePhone } from '../src/fields/phone.ts'
import type { ColumnMap } from './columns.ts'
import type { Row } from './rows.ts'
import type { KnownSet } from './sets.ts'

/** Returns the records of a set. Their ids are their places. */
export function recordsOf({ rows, columns }: KnownSet): ComparedRecord[] {
  return rows.map((row, id) => recordOf(row, id, columns))
}

function recordOf(row: Row, id: number, columns: ColumnMap): ComparedRecord {
  const values = (field: keyof ColumnMap) => columns[field].map((column) => row[column]!.trim()).filter(Boolean)
  const text = (field: keyof ColumnMap) => values(field).join(' ') || null
  const countries = countriesOf(values('country')[0])
  return {
    id,
    lastName: text('lastName'),
    firstName: text('firstName'),
    middleName: text('middleName'),
    title: text('title'),
    companies: values('companies'),
    phones: values('phones').flatMap(
      (phone) => normalizePhone(phone, [countryOfPhone(phone) ?? countries[0]!, ...countries]) ?? [],
    ),
    emails: values('emails'),
    websites: values('websites'),
    birthDate: text('birthDate')?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3') ?? null,
    address: {
      lines: text('lines'),
      city: text('city'),
      district: null,
      region: text('region'),
      postalCode: text('postalCode'),
      country: text('country'),
    },
    extra: columns.extra.map((column) => [row[column]!.trim()].filter(Boolean)),
  }
}

/** Returns the countries of phones: first that of the record, as an import does. */
function countriesOf(country: string | undefined): string[] {
  return country && /росси|russia/i.test(country) ? ['RU', 'US'] : ['US', 'RU']
}
