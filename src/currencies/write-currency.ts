import { type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Currency } from '../fields/lookups.ts'
import { isObject } from '../fields/value.ts'
import { storedParts } from '../records/query/record-query.ts'
import { fieldsUsing } from '../records/removal/field-uses.ts'
import { countUses, removeIfUnused } from '../records/removal/removal.ts'
import type { Access, AccessMaker } from '../rights/access.ts'
import { currencySettings } from '../settings/change.ts'
import { findCurrency } from './find-currency.ts'

/** Creates a currency. Throws `currency_exists`. */
export async function insertCurrency(trx: Transaction, { name, ...currency }: Currency): Promise<void> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('currency')
    .values({ ...currency, name: JSON.stringify(name) })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .executeTakeFirstOrThrow()
  if (!numInsertedOrUpdatedRows) throw new Problem('currency_exists', { code: currency.code })
}

/** Locks a currency until the end of the transaction: nobody changes it, chooses it in the settings or gives it rates. */
export async function lockCurrency(trx: Transaction, code: string): Promise<void> {
  await sql`select from currency where code = ${code} for update`.execute(trx)
}

/** Saves the properties of a currency. */
export async function updateCurrency(trx: Transaction, { code, name, ...change }: Currency): Promise<void> {
  const row = trx.updateTable('currency').set({ ...change, name: JSON.stringify(name) })
  await row.where('code', '=', code).execute()
}

/**
 * Deletes a currency with its rates. No record can get it meanwhile. Throws `currency_not_found`, `currency_chosen`,
 * `currency_in_use`, and `admin_required` if the caller does not see one of the fields that may have it.
 */
export async function removeCurrency(
  trx: Transaction,
  caller: { access: Access; maker: AccessMaker },
  code: string,
): Promise<void> {
  await lockCurrency(trx, code)
  const access = await caller.maker.within(trx, caller.access)
  findCurrency(access, code)
  requireNotChosen(access, code)
  const fields = fieldsUsing(access, (field) => kindOf(field).currency !== undefined)
  const defaults = fields.filter(({ field }) => isDefault(field.settings.default, code))
  const uses = fields.flatMap(({ grant, field }) => {
    const column = sql.ref(`record.${kindOf(field).currency!.column(field)}`)
    return storedParts(grant).map((records) => ({
      ...{ grant, field: field.path },
      records: records.and(sql<SqlBool>`${column} = ${code}`),
    }))
  })
  const remove = async () => {
    if (await isPlanned(trx, code)) throw new Problem('currency_in_use', { code })
    await trx.deleteFrom('currency').where('code', '=', code).execute()
  }
  const isFree = !defaults.length
  if (isFree && (await removeIfUnused(trx, { lock: sql`currency_lock(${code})`, uses, remove }))) return
  const counts = await countUses(trx, uses)
  const ofDefaults = defaults.map(({ grant, field }) => ({ type: grant.type.code, field: field.path }))
  const known = new Set(counts.uses.map(({ type, field }) => `${type} ${field}`))
  const others = ofDefaults.filter(({ type, field }) => !known.has(`${type} ${field}`))
  throw new Problem('currency_in_use', { code }, { extra: { ...counts, uses: [...counts.uses, ...others] } })
}

/** Returns whether sales plans have a currency. */
async function isPlanned(trx: Transaction, code: string): Promise<boolean> {
  const plans = trx.selectFrom('sales_plan').select('id').where('currency', '=', code)
  return (await plans.limit(1).executeTakeFirst()) !== undefined
}

function requireNotChosen({ catalogue }: Access, code: string): void {
  const { settings } = catalogue.lookups
  const chosen = currencySettings.filter((name) => settings[name] === code)
  if (chosen.length) throw new Problem('currency_chosen', { code, settings: chosen.join(', ') })
}

function isDefault(value: unknown, code: string): boolean {
  return isObject(value) && value.currency === code
}
