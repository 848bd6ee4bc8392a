import { sql } from 'kysely'
import type { GivenColumn } from '../../columns/given-mapping.ts'
import { isAvailable } from '../../columns/known-columns.ts'
import { targetColumns } from '../../columns/targets.ts'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { invalid, Problem } from '../../errors/problem.ts'
import { isObject } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { type DuplicatePolicy, duplicateKeys } from '../matching/duplicates.ts'
import type { ImportOptions } from '../plan.ts'

/** Maximum number of saved mappings of a type. */
export const mostMappings = 500

/** The options that a mapping keeps. */
export type SavedOptions = Omit<ImportOptions, 'dryRun' | 'saved'>

/** A saved mapping. */
export interface SavedMapping {
  id: number
  name: string
  options: SavedOptions
  createdBy: number
  createdAt: string
  updatedAt: string
}

/** Returns the saved mappings of a type in the order of their names, without the fields that the caller may not set. */
export async function findMappings(db: Database, grant: Grant): Promise<SavedMapping[]> {
  const found = await mappings(db, grant).orderBy(sql`lower(name)`).execute()
  return found.map((one) => visible(one, grant))
}

/** Returns a saved mapping without the fields that the caller may not set. Throws mapping_not_found. */
export async function readMapping(db: Database, grant: Grant, id: number): Promise<SavedMapping> {
  const found = await mappings(db, grant).where('id', '=', id).executeTakeFirst()
  if (!found) throw new Problem('mapping_not_found', { id })
  return visible(found, grant)
}

/**
 * Returns the options of a saved mapping, without the fields that the caller may not set. Throws mapping_not_found, and
 * `lost_duplicate_key` unless the request has a policy for duplicates of its own: without one of its keys, an import
 * would create records that exist already.
 */
export async function optionsOfMapping(
  db: Database,
  grant: Grant,
  { id, replaced }: { id: number; replaced: ImportOptions },
): Promise<SavedOptions> {
  const found = await mappings(db, grant).where('id', '=', id).executeTakeFirst()
  if (!found) throw new Problem('mapping_not_found', { id })
  const { options } = visible(found, grant)
  const { duplicates } = found.options
  const isLost = duplicates?.action !== 'add' && duplicates?.keys.length !== options.duplicates?.keys.length
  if (isLost && !replaced.duplicates)
    throw invalid([{ parameter: 'savedMapping', code: 'lost_duplicate_key', params: { name: found.name } }])
  return options
}

/** Saves a mapping. Throws mapping_exists and limit_reached. */
export async function createMapping(
  trx: Transaction,
  grant: Grant,
  { name, options }: Pick<SavedMapping, 'name' | 'options'>,
): Promise<SavedMapping> {
  const { count } = await trx
    .selectFrom('import_mapping')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('type_id', '=', grant.type.id)
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostMappings) throw new Problem('limit_reached', { limit: mostMappings })
  const saved = await trx
    .insertInto('import_mapping')
    .values({ type_id: grant.type.id, name, options: JSON.stringify(options), created_by: grant.userId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!saved) throw new Problem('mapping_exists', { name })
  return await readMapping(trx, grant, saved.id)
}

/** Replaces a saved mapping. Throws mapping_not_found, mapping_exists, mapping_of_another_user. */
export async function replaceMapping(
  trx: Transaction,
  grant: Grant,
  { id, name, options }: Pick<SavedMapping, 'id' | 'name' | 'options'>,
): Promise<SavedMapping> {
  await lockOwn(trx, grant, id)
  const taken = await mappings(trx, grant)
    .where(sql<string>`lower(name)`, '=', sql<string>`lower(${name})`)
    .where('id', '!=', id)
    .executeTakeFirst()
  if (taken) throw new Problem('mapping_exists', { name })
  const changed = { name, options: JSON.stringify(options), updated_at: sql<string>`date_trunc('milliseconds', now())` }
  await trx.updateTable('import_mapping').set(changed).where('id', '=', id).execute()
  return await readMapping(trx, grant, id)
}

/** Deletes a saved mapping. Throws mapping_not_found, mapping_of_another_user. */
export async function deleteMapping(trx: Transaction, grant: Grant, id: number): Promise<void> {
  await lockOwn(trx, grant, id)
  await trx.deleteFrom('import_mapping').where('id', '=', id).execute()
}

/** Locks a mapping that the caller may change: one's own, or any for administrators. */
async function lockOwn(trx: Transaction, grant: Grant, id: number): Promise<void> {
  const found = await mappings(trx, grant).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!found) throw new Problem('mapping_not_found', { id })
  if (found.createdBy !== grant.userId && !grant.seesEverything) {
    throw new Problem('mapping_of_another_user', { id })
  }
}

function mappings(db: Database, grant: Grant) {
  return db
    .selectFrom('import_mapping')
    .select(['id', 'name', 'created_by as createdBy', 'created_at as createdAt', 'updated_at as updatedAt'])
    .select((columns) => columns.ref('options').$castTo<SavedOptions>().as('options'))
    .where('type_id', '=', grant.type.id)
}

function visible(saved: SavedMapping, grant: Grant): SavedMapping {
  const { mapping, defaults, duplicates, ...rest } = saved.options
  const targets = targetColumns(grant.writable.values(), '')
  const isWritable = ({ field }: GivenColumn) => field === null || isAvailable(field, targets)
  return {
    ...saved,
    options: {
      ...rest,
      ...(mapping && { mapping: mapping.filter(isWritable) }),
      ...(duplicates && visibleDuplicates(duplicates, grant)),
      ...(defaults && { defaults: visibleDefaults(defaults, grant) }),
    },
  }
}

function visibleDefaults(defaults: NonNullable<ImportOptions['defaults']>, { writable }: Grant): typeof defaults {
  const kept = (values: object, at: string) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => writable.has(at + name)))
  const { userFields, ...system } = defaults
  return { ...kept(system, ''), ...(isObject(userFields) && { userFields: kept(userFields, 'userFields.') }) }
}

/** A policy without a visible key is not shown. */
function visibleDuplicates(duplicates: DuplicatePolicy, grant: Grant): Pick<SavedOptions, 'duplicates'> {
  const known = duplicateKeys(grant)
  const keys = duplicates.keys.filter((key) => known.includes(key))
  return keys.length ? { duplicates: { ...duplicates, keys } } : {}
}
