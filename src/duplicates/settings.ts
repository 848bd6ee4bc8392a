import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { SystemType } from '../entities/types.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { FieldUses } from '../fields/field-use.ts'
import type { Grant } from '../rights/grant.ts'
import { isComparable, mostExtras } from './comparing.ts'
import type { Schedule } from './schedule.ts'

/** The settings for duplicates of a type. Fields are named by their paths. */
export interface DuplicateSettings {
  fields: string[]
  schedule: Schedule
  autoMerge: boolean
}

/** The settings as they are now. */
export interface PresentSettings extends DuplicateSettings {
  /** When automatic merging stopped itself. Null if it did not, or was switched on again. */
  stoppedAt: string | null
}

/** Returns whether records of a type can be merged automatically. Those of smart processes are merged only by explicit call. */
export function allowsAutoMerge({ isSmart }: SystemType): boolean {
  return !isSmart
}

/** Returns the settings of a type, with the fields that the caller sees. */
export async function readSettings(db: Database, { type, readable }: Grant): Promise<PresentSettings> {
  const row = await db.selectFrom('duplicate_setting').selectAll().where('type_id', '=', type.id).executeTakeFirst()
  const {
    fields = [],
    schedule = 'never',
    auto_merge: autoMerge = false,
    auto_merge_stopped_at: stoppedAt = null,
  } = row ?? {}
  const shown = fields.flatMap((key) => type.fields.find((field) => field.key === key) ?? [])
  return {
    fields: shown.filter(({ path }) => readable.has(path)).map(({ path }) => path),
    schedule: schedule as Schedule,
    ...{ autoMerge, stoppedAt },
  }
}

/**
 * Replaces the settings of a type. Compared fields that the caller does not see stay. Throws every fault.
 */
export async function replaceSettings(
  trx: Transaction,
  { type, readable, userId }: Grant,
  { fields: paths, schedule, autoMerge }: DuplicateSettings,
): Promise<void> {
  // Waits for records that are being written with keys of the present fields.
  await sql`select pg_advisory_xact_lock(duplicate_fields_lock(${type.id}))`.execute(trx)
  const row = await trx
    .selectFrom('duplicate_setting')
    .select(['fields', 'schedule', 'auto_merge as wasOn', 'auto_merge_since as since'])
    .where('type_id', '=', type.id)
    .executeTakeFirst()
  const present = row?.fields ?? []
  const unseen = type.fields.filter(({ key, path }) => present.includes(key) && !readable.has(path))
  const faults: Fault[] = []
  const chosen = paths.flatMap((path, index) => {
    const field = readable.get(path)
    const pointer = `/fields/${index}`
    const hint = field ? undefined : nearest(path, readable.keys())
    if (!field)
      faults.push({ pointer, code: 'unknown_field', params: { name: path.slice(0, 100) }, ...(hint && { hint }) })
    else if (!isComparable(field)) faults.push({ pointer, code: 'not_comparable' })
    return field ? [field.key] : []
  })
  const fields = [...chosen, ...unseen.map(({ key }) => key)]
  if (fields.length > mostExtras) faults.push({ pointer: '/fields', code: 'too_many', params: { limit: mostExtras } })
  if (autoMerge && !allowsAutoMerge(type)) faults.push({ pointer: '/autoMerge', code: 'no_automatic_merging' })
  if (faults.length) throw invalid(faults)
  const settings = {
    ...{ fields, schedule, auto_merge: autoMerge, changed_by: userId },
    ...(schedule !== row?.schedule && { schedule_since: sql<string>`now()` }),
    ...(autoMerge && { auto_merge_since: row?.wasOn ? row.since : sql<string>`now()`, auto_merge_stopped_at: null }),
  }
  await trx
    .insertInto('duplicate_setting')
    .values({ type_id: type.id, ...settings })
    .onConflict((row) => row.column('type_id').doUpdateSet(settings))
    .execute()
}

/** The settings for duplicates that compare a user field. Its place stays empty, so that the others keep their keys. */
export const duplicateSettingUses = (types: readonly SystemType[]): FieldUses => ({
  kind: 'duplicateSettings',
  async find(db, { typeId, typeCode, key }) {
    const row = await db
      .selectFrom('duplicate_setting')
      .select('type_id')
      .where('type_id', '=', typeId)
      .where(sql<boolean>`${key} = any(fields)`)
      .executeTakeFirst()
    const path = types.find((type) => type.code === typeCode)?.path ?? `/types/${typeCode}/items`
    return row ? [{ path: `/v1${path}/duplicates/settings`, name: settingsName }] : []
  },
  async forget(trx, { typeId, key }) {
    await sql`update duplicate_setting set fields = array_replace(fields, ${key}, '')
      where type_id = ${typeId} and ${key} = any(fields)`.execute(trx)
  },
})

const settingsName = { en: 'Settings for duplicates', ru: 'Настройки поиска дубликатов' }
