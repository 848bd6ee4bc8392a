import { countryOfPhone } from '../../fields/phone.ts'

/** The letters that a name is written in. */
export type Script = 'latin' | 'cyrillic'

/** The country that most phones beside names in some letters have, if the file shows one. */
export type PhoneCountries = Readonly<Partial<Record<Script, string>>>

/** The countries to try for the phones of a row that have no country code. */
export interface RowCountries {
  usual: string[]
  /** Those of phones with some uses, where they are others: a phone at work has the country of the company. */
  byUse: Readonly<Record<string, readonly string[]>>
}

/** A name and the phones of its row. */
export interface NamedPhones {
  name: string
  phones: readonly string[]
}

/** Keys of columns with the name of a company. */
const companyNames: ReadonlySet<string> = new Set([
  ...['companyTitle', 'companyId', 'companyId.name', 'companies', 'companies.name'],
])

/** Uses of phones that belong to the company of a person. */
export const usesOfCompany = ['work', 'fax']

/** Returns whether a column has the name of a company. */
export function isCompanyName(key: string): boolean {
  return companyNames.has(key)
}

/** Returns whether a column has phones that belong to the company of a person. */
export function isCompanyPhone(key: string): boolean {
  return usesOfCompany.some((use) => key === `phones.${use}`)
}

/** The fewest phones that show their country, and the share of them that must have the same. */
const enough = { phones: 5, share: 0.6 }

/** Returns the letters of a name. A name with any Cyrillic letter is Cyrillic. */
export function scriptOf(name: string): Script | undefined {
  if (/\p{Script=Cyrillic}/u.test(name)) return 'cyrillic'
  return /\p{Script=Latin}/u.test(name) ? 'latin' : undefined
}

/**
 * Returns the countries of the phones in a file. Phones with a country code or the grouping of one country show them for
 * the others, which have ten digits that are valid in several countries: `3515555595` beside `Eugene Phillips` is
 * American in a file whose Latin names have American phones.
 */
export function phoneCountriesOf(rows: readonly NamedPhones[]): PhoneCountries {
  const found: Partial<Record<Script, string>> = {}
  const seen = rows.flatMap(({ name, phones }) => {
    const script = scriptOf(name)
    return script ? phones.flatMap((phone) => ({ script, country: countryOfPhone(phone) ?? [] })) : []
  })
  for (const [script, some] of Map.groupBy(seen, (one) => one.script)) {
    const countries = some.flatMap(({ country }) => country)
    for (const [country, { length }] of Map.groupBy(countries, (one) => one)) {
      if (countries.length >= enough.phones && length >= countries.length * enough.share) found[script] = country
    }
  }
  return found
}
