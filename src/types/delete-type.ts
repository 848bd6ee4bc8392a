import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { recordReferences } from '../entities/references.ts'
import { Problem } from '../errors/problem.ts'
import { abandonJob } from '../jobs/job.ts'
import type { Access } from '../rights/access.ts'
import { type FieldRemoval, removeField } from '../user-fields/remove-field.ts'
import { type LinkField, linkFieldsTo, usesOf } from './link-fields.ts'
import { countWithParent, removeRelation } from './write-relations.ts'

/** What is lost with a type. */
export interface Loss {
  records: number
  fields: number
  children: number
  /** The user fields of other types that can link to the type. */
  linkFields: readonly LinkField[]
}

/** What the deletion of a type needs besides the transaction. */
export interface TypeDeletion extends FieldRemoval {
  access: Access
  /** Whether to delete its records and remove the type from children and fields. */
  force: boolean
  /** Codes of the types that the transaction deletes. */
  together: readonly string[]
}

/** Returns what the deletion of a smart process would delete. */
export async function lossOf(trx: Transaction, type: EntityType, { access, together }: TypeDeletion): Promise<Loss> {
  const { types } = access.catalogue
  const { rows } = await sql<{ records: number }>`select count(*) as records from ${sql.table(type.table)}`.execute(trx)
  const counts = await Promise.all(childrenOf(type, types).map((child) => countWithParent(trx, child, type.id)))
  return {
    records: rows[0]!.records,
    fields: type.fields.filter(({ userFieldId }) => userFieldId !== null).length,
    children: counts.reduce((sum, count) => sum + count, 0),
    linkFields: linkFieldsTo(type.code, types).filter(({ typeCode }) => !together.includes(typeCode)),
  }
}

/**
 * Deletes a smart process. Throws `type_not_empty` if it has records, `type_in_use` if user fields of other types can link
 * to it, and `relation_in_use`, unless that is allowed.
 */
export async function deleteType(trx: Transaction, type: EntityType, deletion: TypeDeletion): Promise<void> {
  const { id, code, table } = type
  const { access, queue, force } = deletion
  await endJobs(trx, type)
  // New records wait, and then find no table.
  await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx)
  const { records, linkFields } = await lossOf(trx, type, deletion)
  if (records && !force) throw new Problem('type_not_empty', { code, records }, { extra: { records } })
  if (linkFields.length && !force) {
    throw new Problem(
      'type_in_use',
      { code, fields: linkFields.length },
      { extra: { uses: usesOf(linkFields, access) } },
    )
  }
  for (const child of childrenOf(type, access.catalogue.types)) {
    await removeRelation(trx, { parent: id, child: child.id }, { catalogue: access.catalogue, queue, force })
  }
  for (const field of linkFields) if (field.isOnly) await removeField(trx, field, deletion)
  await forgetInFields(trx, code)
  await forgetInScopes(trx, code)
  await sql`delete from stage where pipeline_id in (select id from pipeline where type_id = ${id})`.execute(trx)
  for (const { table, column } of rowsOfType) {
    await sql`delete from ${sql.table(table)} where ${sql.ref(column)} = ${id}`.execute(trx)
  }
  await trx.deleteFrom('record_type').where('id', '=', id).execute()
}

/** Ends the bulk actions, imports and exports of a type. Jobs hold their own row before the table, so this one waits first. */
async function endJobs(trx: Transaction, { id, code }: EntityType): Promise<void> {
  const { rows } = await sql<{ id: number }>`select job_id as id from local.bulk where type_id = ${id}
    union select job_id from local.import where type_id = ${id}
    union select job_id from local.export where type_id = ${id} order by id`.execute(trx)
  for (const job of rows) await abandonJob(trx, job.id, { code: 'type_not_found', params: { code } })
}

/** Removes a type from the types that links of user fields can point to. */
async function forgetInFields(trx: Transaction, code: string): Promise<void> {
  await sql`update user_field set settings = settings || jsonb_strip_nulls(jsonb_build_object(
      'types', (settings -> 'types') - ${code}::text, 'pastTypes', (settings -> 'pastTypes') - ${code}::text))
    where (settings -> 'types') ? ${code} or (settings -> 'pastTypes') ? ${code}`.execute(trx)
}

/** Removes a type from the scopes of keys, which would allow a later type with the same code. */
async function forgetInScopes(trx: Transaction, code: string): Promise<void> {
  await sql`update api_key set scopes = (select coalesce(jsonb_agg(scope order by place), '[]')
      from jsonb_array_elements(scopes) with ordinality as s (scope, place) where scope ->> 'type' <> ${code})
    where scopes @> ${JSON.stringify([{ type: code }])}::jsonb`.execute(trx)
}

/** The columns that say to which type a row belongs, in the order in which the rows can be deleted. */
export const rowsOfType: readonly { table: string; column: string }[] = [
  ...recordReferences([]).flatMap((one) =>
    'typeColumn' in one && !('outlives' in one) ? [{ table: one.table, column: one.typeColumn }] : [],
  ),
  ...['from_type', 'to_type'].map((column) => ({ table: 'field_map', column })),
  ...['local.bulk', 'local.import', 'local.export', 'pipeline', 'role_cell', 'user_field', 'number_counter'].map(
    (table) => ({
      ...{ table, column: 'type_id' },
    }),
  ),
  { table: 'type_relation', column: 'child_type' },
]

function childrenOf({ code }: EntityType, types: ReadonlyMap<string, EntityType>): EntityType[] {
  return [...types.values()].filter(({ parents }) => parents.includes(code))
}
