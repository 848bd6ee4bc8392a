import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Labels } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { Entry } from '../fields/lookups.ts'

/**
 * Locks a dictionary with its entries until the end of the transaction. Changes of a dictionary happen one after the
 * other, and no field begins to use it, so that each change is checked against what the others saved.
 */
export async function lockDictionary(trx: Transaction, code: string): Promise<void> {
  await sql`select code from dictionary where code = ${code} for update`.execute(trx)
}

/** Creates a dictionary with its entries. Throws `dictionary_exists`. */
export async function insertDictionary(
  trx: Transaction,
  { code, name, entries }: { code: string; name: Labels; entries: readonly Entry[] },
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('dictionary')
    .values({ code, name: JSON.stringify(name) })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .executeTakeFirstOrThrow()
  if (!numInsertedOrUpdatedRows) throw new Problem('dictionary_exists', { code })
  if (entries.length) await insertEntries(trx, code, entries)
}

/** Saves the name of a dictionary. */
export async function renameDictionary(trx: Transaction, code: string, name: Labels): Promise<void> {
  const row = trx.updateTable('dictionary').set({ name: JSON.stringify(name) })
  await row.where('code', '=', code).execute()
}

/** Deletes a dictionary with its entries. */
export async function deleteDictionary(trx: Transaction, code: string): Promise<void> {
  await trx.deleteFrom('dictionary_entry').where('dictionary', '=', code).execute()
  await trx.deleteFrom('dictionary').where('code', '=', code).execute()
}

/** Adds entries to a dictionary. */
export async function insertEntries(trx: Transaction, dictionary: string, entries: readonly Entry[]): Promise<void> {
  const rows = entries.map(({ code, label, sort }) => ({
    ...{ dictionary, code, label: JSON.stringify(label), sort },
    system: false,
  }))
  await trx.insertInto('dictionary_entry').values(rows).execute()
}

/** Saves the labels and positions of entries. */
export async function updateEntries(trx: Transaction, dictionary: string, entries: readonly Entry[]): Promise<void> {
  await sql`update dictionary_entry as e set label = v.label, sort = v.sort
    from jsonb_to_recordset(${JSON.stringify(entries)}) as v (code text, label jsonb, sort integer)
    where e.dictionary = ${dictionary} and e.code = v.code`.execute(trx)
}

/** Deletes an entry. */
export async function deleteEntry(trx: Transaction, dictionary: string, code: string): Promise<void> {
  await trx.deleteFrom('dictionary_entry').where('dictionary', '=', dictionary).where('code', '=', code).execute()
}

/** Saves the default of a user field. Null removes it. */
export async function saveDefault(trx: Transaction, fieldId: number, value: unknown): Promise<void> {
  const settings =
    value === null ? sql`settings - 'default'` : sql`settings || ${JSON.stringify({ default: value })}::jsonb`
  await sql`update user_field set settings = ${settings} where id = ${fieldId}`.execute(trx)
}
