import { sql } from 'kysely'
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
export function listedCurrencies(access: Access, labels?: 'all'): ListedItems {
  access.requireCrm()
  const { currencies, settings } = access.catalogue.lookups
  const all = [...currencies.values()].map((one) => ({ ...one, isBase: one.code === settings.baseCurrency }))
  return {
    items: sql`select * from json_to_recordset(${JSON.stringify(all)})
      as item (code text, name json, digits integer, sort integer, "isBase" boolean)`,
    isPartial: false,
    shown: (one: Currency) => shownCurrency(one, access, labels),
  }
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
