import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { sqlState, type Transaction } from '../database/transaction.ts'
import type { Labels } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { Field, FieldOption, FieldSettings } from '../fields/field.ts'
import { userFieldColumn } from '../fields/field.ts'
import type { KindName } from '../fields/kind-names.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { lockColumns } from './change-columns.ts'
import { checkMarks, type IndexMarks, marksIn, marksOfNew } from './index-marks.ts'

/**
 * A validated user field to create, with labels in both languages. Marks for indexes that are left out get their
 * default.
 */
export interface NewUserField extends Partial<IndexMarks> {
  code: string
  kind: KindName
  multiple: boolean
  label: Labels
  help: Labels | null
  group: Labels | null
  sort: number
  required: boolean
  settings: FieldSettings
  /** Whether it joins the common and built-in cards of its type. */
  inCard: boolean
  options: readonly FieldOption[]
}

/** The changes of a user field. Its code, kind and `multiple` cannot change. */
export type UserFieldChange = Partial<
  Pick<NewUserField, 'label' | 'help' | 'group' | 'sort' | 'required' | 'options' | 'settings' | keyof IndexMarks>
>

/** Maximum number of columns of a table. Postgres allows 1,600, including dropped columns. */
export const mostColumns = 1500

/** Creates a field with its columns. Returns its id. Throws `field_exists`, `field_limit_reached`, `compaction_needed` and others. */
export async function createUserField(
  trx: Transaction,
  type: { id: number; code: string; table: string },
  field: NewUserField,
  userId: number,
): Promise<number> {
  await lockColumns(trx, type.id)
  await checkRoom(trx, type)
  const { rows } = await sql<{
    id: number
  }>`select nextval(pg_get_serial_sequence('user_field', 'id')) as id`.execute(trx)
  const id = rows[0]!.id
  const { inCard, ...shape } = field
  const column = userFieldColumn(id)
  const made = { ...shape, typeId: type.id, key: column, column, userFieldId: id } as Partial<Field> as Field
  const columns = kindOf(field).columns(made)
  const marks = await marksOfNew(trx, type.id, made, marksIn(field))
  try {
    await trx
      .insertInto('user_field')
      .values({
        id,
        type_id: type.id,
        code: field.code,
        kind: field.kind,
        multiple: field.multiple,
        sort: field.sort,
        required: field.required,
        ...marks,
        in_card: inCard,
        label: JSON.stringify(field.label),
        help: field.help && JSON.stringify(field.help),
        group_label: field.group && JSON.stringify(field.group),
        settings: JSON.stringify(field.settings),
        columns: JSON.stringify(Object.entries(columns).map(([name, type]) => ({ name, type }))),
        created_by: userId,
      })
      .execute()
  } catch (error) {
    if (sqlState(error).constraint !== 'user_field_type_id_code_key') throw error
    throw new Problem('field_exists', { code: field.code })
  }
  await writeOptions(trx, id, field.options)
  return id
}

/** Changes the properties, settings and options of a field. Throws `indexed_field_limit_reached`. */
export async function changeUserField(
  trx: Transaction,
  field: { typeId: number; userFieldId: number },
  change: UserFieldChange,
): Promise<void> {
  const { userFieldId: id } = field
  const { label, help, group, sort, required, options, settings } = change
  const marks = marksIn(change)
  const isIndexed = Object.keys(marks).length > 0
  if (isIndexed) await checkMarks(trx, field, marks)
  const values = {
    ...(label && { label: JSON.stringify(label) }),
    ...(help !== undefined && { help: help && JSON.stringify(help) }),
    ...(group !== undefined && { group_label: group && JSON.stringify(group) }),
    ...(settings && { settings: JSON.stringify(settings) }),
    ...(sort !== undefined && { sort }),
    ...(required !== undefined && { required }),
    ...marks,
  }
  if (Object.keys(values).length) await trx.updateTable('user_field').set(values).where('id', '=', id).execute()
  if (marks.searchable === false) await trx.deleteFrom('local.search_index').where('field_id', '=', id).execute()
  if (isIndexed) await trx.deleteFrom('local.unindexed_use').where('field_id', '=', id).execute()
  if (options) await writeOptions(trx, id, options)
}

/** Returns the ids of the user fields that were created outside the cards. */
export async function readFieldsOutsideCards(db: Database): Promise<Set<number>> {
  const rows = await db.selectFrom('user_field').select('id').where('in_card', '=', false).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Makes other changes and deletions of user fields wait until the end of the transaction. */
export async function lockUserFields(trx: Transaction): Promise<void> {
  await sql`select id from user_field order by id for no key update`.execute(trx)
}

/** Deletes a field with its columns and all values. */
export async function deleteUserField(
  trx: Transaction,
  { typeId, userFieldId: id }: { typeId: number; userFieldId: number },
): Promise<void> {
  await lockColumns(trx, typeId)
  await trx.deleteFrom('user_field').where('id', '=', id).execute()
}

/**
 * Locks the options of a field until the end of the transaction and returns their codes. Other transactions cannot
 * assign an option meanwhile; earlier assignments are committed.
 */
export async function lockOptions(trx: Transaction, fieldId: number): Promise<string[]> {
  await sql`set local lock_timeout = '2s'`.execute(trx)
  await sql`select pg_advisory_xact_lock(option_lock(${fieldId}))`.execute(trx)
  const options = await trx.selectFrom('field_option').select('code').where('field_id', '=', fieldId).execute()
  return options.map(({ code }) => code)
}

/** Replaces the options by the list. Options with the same code are updated. */
async function writeOptions(trx: Transaction, fieldId: number, options: NewUserField['options']): Promise<void> {
  const rows = options.map(({ code, label, sort, default: is_default, externalCode: external_code }) => ({
    ...{ code, label, sort, is_default, external_code },
  }))
  await sql`delete from field_option where field_id = ${fieldId} and code <> all(${options.map(({ code }) => code)})`.execute(
    trx,
  )
  await sql`insert into field_option (field_id, code, label, sort, is_default, external_code)
    select ${fieldId}, code, label, sort, is_default, external_code
    from json_to_recordset(${JSON.stringify(rows)}) as v (code text, label jsonb, sort integer, is_default boolean,
      external_code text)
    on conflict (field_id, code) do update set label = excluded.label, sort = excluded.sort,
      is_default = excluded.is_default, external_code = excluded.external_code`.execute(trx)
}

async function checkRoom(trx: Transaction, { code, table }: { code: string; table: string }): Promise<void> {
  const { rows } = await sql<{ columns: number; dropped: number }>`
    select count(*) as columns, count(*) filter (where attisdropped) as dropped
    from pg_attribute where attrelid = ${table}::regclass and attnum > 0`.execute(trx)
  const { columns, dropped } = rows[0]!
  if (columns < mostColumns) return
  throw dropped
    ? new Problem('compaction_needed', { type: code, limit: mostColumns, dropped })
    : new Problem('field_limit_reached', { limit: mostColumns })
}
