import { type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { State } from '../entities/change.ts'
import type { Field } from '../fields/field.ts'
import type { Value } from '../fields/value.ts'
import { storedParts, storedRecords } from '../records/query/record-query.ts'
import type { UsingField } from '../records/removal/field-uses.ts'
import { removalTaskOf } from '../records/removal/removal-task.ts'
import { changeForModel } from '../records/write/model-changes.ts'
import { fieldsWith, findEntry } from './find-dictionary.ts'
import { deleteEntry, lockDictionary, saveDefault } from './write-dictionary.ts'

/** An entry of a dictionary to remove. */
export interface RemovableEntry {
  dictionary: string
  entry: string
}

/** Gives the records with an entry another one and then removes it. Records in the recycle bin get the other one too. */
export const entryRemovalTask = removalTaskOf<RemovableEntry, string>({
  name: 'remove-entry',
  lock: (trx, _access, { dictionary }) => lockDictionary(trx, dictionary),
  planOf(access, { dictionary, entry }, replacement) {
    const found = access.catalogue.lookups.dictionaries.get(dictionary)
    if (!found?.entries.some(({ code }) => code === entry)) return null
    if (replacement !== null) findEntry(found, replacement)
    const using = fieldsWith(access, dictionary)
    return {
      lock: sql`entry_lock(${dictionary})`,
      uses: using.flatMap(({ grant, field }) =>
        storedParts(grant).map((records) => ({ grant, field: field.path, records: records.and(has(field, entry)) })),
      ),
      async remove(trx) {
        await replaceDefaults(trx, using, (value) => replaced(value, entry, replacement))
        await deleteEntry(trx, dictionary, entry)
      },
      async replace(trx, writing, ids) {
        const fields = using.filter(({ grant }) => grant.type.id === writing.grant.type.id).map(({ field }) => field)
        const named = storedRecords(writing.grant).and(sql`record.id = any(${ids})`)
        return await changeForModel(trx, writing, named, ({ state }) =>
          newValues(state, fields, { entry, replacement }),
        )
      },
    }
  },
})

function has({ column, multiple }: Field, code: string): ReturnType<typeof sql<SqlBool>> {
  const stored = sql.ref(`record.${column}`)
  return multiple ? sql<SqlBool>`${stored} @> ${[code]}::text[]` : sql<SqlBool>`${stored} = ${code}`
}

/** Returns the values of the fields that have the entry, with the other one instead. Undefined if no field has it. */
function newValues(
  state: State,
  fields: readonly Field[],
  { entry, replacement }: { entry: string; replacement: string | null },
): Map<string, Value> | undefined {
  const values = fields.flatMap(({ key }): [string, Value][] => {
    const value = state.get(key) ?? null
    return [value].flat().includes(entry) ? [[key, replaced(value, entry, replacement)]] : []
  })
  return values.length ? new Map(values) : undefined
}

/** Returns a value or a list with another code, or without the code if there is none. An empty list becomes null. */
function replaced(value: Value, code: string, other: string | null): Value {
  if (!Array.isArray(value)) return value === code ? other : value
  const codes = [...new Set(value.map((one) => (one === code ? other : one)))].filter((one) => one !== null)
  return codes.length ? codes : null
}

async function replaceDefaults(
  trx: Transaction,
  using: readonly UsingField[],
  replace: (value: Value) => Value,
): Promise<void> {
  for (const { field } of using) {
    const { userFieldId, settings } = field
    const before = settings.default ?? null
    const after = replace(before)
    if (userFieldId !== null && JSON.stringify(after) !== JSON.stringify(before)) {
      await saveDefault(trx, userFieldId, after)
    }
  }
}
