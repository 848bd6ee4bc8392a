import { kindOf } from '../fields/kinds/kinds.ts'
import { isAmericanStyle } from '../fields/phone.ts'
import type { ImportRow } from './matching/row.ts'
import { countryCode } from './people/countries.ts'
import {
  isCompanyName,
  isCompanyPhone,
  type RowCountries,
  type Script,
  scriptOf,
  usesOfCompany,
} from './people/phone-countries.ts'
import type { ImportPlan, PlannedColumn } from './plan.ts'

/** Returns the countries to try for the phones of a row. The letters of the company decide about its phones. */
export function countriesOfRow(plan: ImportPlan, cells: readonly string[], row: ImportRow): RowCountries {
  const phones = plan.columns.filter(({ column }) => kindOf(column.field).needsCountry)
  const cellsOf = (columns: readonly PlannedColumn[]) => columns.map(({ index }) => cells[index] ?? '')
  const person = scriptOf(`${row.textOf('firstName')}${row.textOf('lastName')}` || row.textOf('title'))
  const company = scriptOf(cellsOf(plan.columns.filter(({ column }) => isCompanyName(column.key))).join(''))
  const usual = countriesFor(plan, cells, { script: person, phones: cellsOf(phones) })
  if (company === undefined || company === person) return { usual, byUse: {} }
  const ofCompany = cellsOf(phones.filter(({ column }) => isCompanyPhone(column.key)))
  const atWork = countriesFor(plan, cells, { script: company, phones: ofCompany })
  return { usual, byUse: Object.fromEntries(usesOfCompany.map((use) => [use, atWork])) }
}

/**
 * Returns the country of the address, that of most phones beside names in the same letters, those of the file, US if a
 * number has American grouping and either an extension or no Cyrillic letters beside it, and the others of the file.
 */
function countriesFor(
  { context, columns, phoneCountries }: ImportPlan,
  cells: readonly string[],
  { script, phones }: { script: Script | undefined; phones: readonly string[] },
): string[] {
  const country = columns.find(({ column }) => column.key === 'address.country')
  const own = country && countryCode(cells[country.index] ?? '')
  const usual = script && phoneCountries[script]
  const isAmerican = (text: string) => isAmericanStyle(text) && (script !== 'cyrillic' || /\d\W*(ext|x)/i.test(text))
  const american = phones.some(isAmerican) ? ['US'] : []
  const known = [own ?? [], usual ?? [], context.countries, american, Object.values(phoneCountries)]
  return [...new Set(known.flat())]
}
