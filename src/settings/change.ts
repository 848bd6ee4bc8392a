import { sql } from 'kysely'
import { isSupportedCountry } from 'libphonenumber-js/max'
import type { Database } from '../database/connect.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isTimeZone } from '../http/time-zone.ts'
import { findPlans } from '../plans/store.ts'
import type { SettingsChange } from './schemas.ts'

/** The settings that are currencies. */
export const currencySettings = ['baseCurrency', 'reportCurrency', 'invoiceCurrency'] as const

/** Changes settings. Servers see the change with their next request. Throws the given faults and those it finds. */
export async function changeSettings(
  db: Database,
  change: SettingsChange,
  found: readonly Fault[] = [],
): Promise<void> {
  const faults = [...found]
  const { country, timeZone, plan } = change
  if (country !== undefined && !isSupportedCountry(country)) {
    faults.push({ pointer: '/country', code: 'invalid_country' })
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    faults.push({ pointer: '/timeZone', code: 'invalid_time_zone' })
  }
  if (plan !== undefined) faults.push(...(await faultsOfPlan(db, plan)))
  faults.push(...(await faultsOfCurrencies(db, change)))
  if (faults.length) throw invalid(faults)
  const rows = Object.entries(change).map(([key, value]) => ({ key, value: JSON.stringify(value) }))
  if (!rows.length) return
  await db
    .insertInto('setting')
    .values(rows)
    .onConflict((key) => key.column('key').doUpdateSet({ value: (row) => row.ref('excluded.value') }))
    .execute()
}

async function faultsOfPlan(db: Database, code: string): Promise<Fault[]> {
  const allowed = (await findPlans(db)).map((plan) => plan.code)
  return allowed.includes(code) ? [] : [unknownCode('/plan', code, allowed)]
}

/** Returns the faults of currencies that do not exist. The others cannot be deleted until the change is committed. */
async function faultsOfCurrencies(db: Database, change: SettingsChange): Promise<Fault[]> {
  const chosen = currencySettings.flatMap((name) => (change[name] ? [{ name, code: change[name] }] : []))
  if (!chosen.length) return []
  const { rows } = await sql<{ code: string }>`select code from currency order by code for key share`.execute(db)
  const allowed = rows.map(({ code }) => code)
  return chosen
    .filter(({ code }) => !allowed.includes(code))
    .map(({ name, code }) => unknownCode(`/${name}`, code, allowed))
}

function unknownCode(pointer: string, code: string, allowed: readonly string[]): Fault {
  const hint = nearest(code, allowed)
  return { pointer, code: 'unknown_value', allowed, ...(hint !== undefined && { hint }) }
}
