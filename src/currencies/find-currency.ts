import type { Static } from 'typebox'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Currency } from '../fields/lookups.ts'
import { labelFor } from '../http/labels.ts'
import type { ListedItems } from '../lists/find-items.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations } from '../schema/build.ts'
import type { Currency as CurrencyDocument } from './schemas.ts'

/** Describes an operation under the tag of lookups. */
export const say = describeOperations('Lookups')

/** Returns a currency. Throws `crm_unavailable`, and `currency_not_found` with the nearest code as a hint. */
export function findCurrency(access: Access, code: string): Currency {
  access.requireCrm()
  const { currencies } = access.catalogue.lookups
  const currency = currencies.get(code)
  if (currency) return currency
  const hint = nearest(code, currencies.keys())
  throw new Problem('currency_not_found', { code }, { extra: hint === undefined ? {} : { hint } })
}

/** Returns a currency that the caller changes. Throws `settings_required` and as `findCurrency` does. */
export function changeableCurrency(access: Access, code: string): Currency {
  access.requireCrm()
  access.requireSettings()
  return findCurrency(access, code)
}

/** Returns the currencies of a list. Throws `crm_unavailable`. */
export function listedCurrencies(access: Access): ListedItems {
  access.requireCrm()
  const currencies = [...access.catalogue.lookups.currencies.values()]
  return { items: currencies.map((one) => shownCurrency(one, access, 'all')), isPartial: false }
}

/** Returns a currency in the form of responses. */
export function shownCurrency(
  { name, ...currency }: Currency,
  { catalogue, language }: Access,
  all?: 'all',
): Static<typeof CurrencyDocument> {
  const isBase = currency.code === catalogue.lookups.settings.baseCurrency
  return { ...currency, name: labelFor(name, language, all), isBase }
}
