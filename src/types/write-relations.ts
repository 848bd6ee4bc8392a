import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Catalogue, EntityType } from '../entities/catalogue.ts'
import { Problem } from '../errors/problem.ts'
import { scrubTask } from '../history/scrub.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { lockColumns } from '../user-fields/change-columns.ts'
import type { SavedType } from './read-type.ts'

/** A parent type and a child type, by id. */
interface Relation {
  parent: number
  child: number
}

/** What the change of relations needs besides the transaction. */
export interface RelationChange {
  catalogue: Catalogue
  queue: JobQueue
  /** Whether to remove parents that records have. */
  force: boolean
}

/** Saves the parents and children of a type. Throws `relation_in_use`. */
export async function writeRelations(
  trx: Transaction,
  id: number,
  { parents, children }: SavedType,
  change: RelationChange,
): Promise<void> {
  const before = await readRelations(trx)
  const wanted = [
    ...(parents ? parents.map((parent) => ({ parent, child: id })) : before.filter(({ child }) => child === id)),
    ...(children ? children.map((child) => ({ parent: id, child })) : before.filter(({ parent }) => parent === id)),
  ]
  const own = before.filter(({ parent, child }) => parent === id || child === id)
  for (const one of own) if (!has(wanted, one)) await removeRelation(trx, one, change)
  for (const one of wanted) if (!has(own, one)) await addRelation(trx, one)
}

/** Adds parents and children to those of a type. */
export async function addRelations(
  trx: Transaction,
  id: number,
  { parents = [], children = [] }: SavedType,
): Promise<void> {
  const before = await readRelations(trx)
  const wanted = [
    ...parents.map((parent) => ({ parent, child: id })),
    ...children.map((child) => ({ parent: id, child })),
  ]
  for (const one of wanted) if (!has(before, one)) await addRelation(trx, one)
}

async function readRelations(trx: Transaction): Promise<Relation[]> {
  return await trx.selectFrom('type_relation').select(['parent_type as parent', 'child_type as child']).execute()
}

function has(relations: readonly Relation[], { parent, child }: Relation): boolean {
  return relations.some((one) => one.parent === parent && one.child === child)
}

async function addRelation(trx: Transaction, { parent, child }: Relation): Promise<void> {
  await lockColumns(trx, child)
  await trx.insertInto('type_relation').values({ parent_type: parent, child_type: child }).execute()
}

/** Removes a relation with the parents that records have. Throws `relation_in_use` unless that is allowed. */
export async function removeRelation(
  trx: Transaction,
  { parent, child }: Relation,
  { catalogue, queue, force }: RelationChange,
): Promise<void> {
  const [from, to] = [typeWithId(catalogue, parent), typeWithId(catalogue, child)]
  const records = to ? await countWithParent(trx, to, parent) : 0
  if (records && !force) {
    throw new Problem('relation_in_use', { records, child: to!.code, parent: from!.code }, { extra: { records } })
  }
  await lockColumns(trx, child)
  const row = trx.deleteFrom('type_relation').where('parent_type', '=', parent)
  await row.where('child_type', '=', child).execute()
  if (from) await queue.enqueue(trx, scrubTask, { typeId: child, key: `${from.code}Id` })
}

/** Returns the number of records that have a parent of a type. */
export async function countWithParent(trx: Transaction, { table }: EntityType, parent: number): Promise<number> {
  const hasParent: RawBuilder<unknown> = sql`${sql.ref(`parent_${parent}`)} is not null`
  const { rows } = await sql<{ records: number }>`
    select count(*) as records from ${sql.table(table)} where ${hasParent}`.execute(trx)
  return rows[0]!.records
}

function typeWithId({ types }: Catalogue, id: number): EntityType | undefined {
  return [...types.values()].find((type) => type.id === id)
}
