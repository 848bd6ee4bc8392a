import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { labelFor } from '../../http/labels.ts'
import { allowsOperation } from '../../people/scopes.ts'
import type { Access } from '../../rights/access.ts'
import type { Subject } from '../../rights/api/subject.ts'
import { explain, levelBy } from '../../rights/explain.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Operation, operations } from '../../rights/levels.ts'
import { relationsTo } from '../../rights/rule.ts'
import { recordNotFound } from '../list/read-record.ts'
import { recordsFor } from '../query/record-query.ts'

/** Explains what a user may do with a record that the caller may read. Throws `record_not_found`. */
export async function explainRecord(
  db: Database,
  { access, grant }: { access: Access; grant: Grant },
  subject: Subject,
  id: number,
) {
  const { type } = grant
  const { userId, administrator, settings, rights, roles, reason } = subject
  const found = await findRelation(db, grant, subject, id)
  if (!found) throw recordNotFound(grant, id)
  const { allowed, relation, place } = found
  const names = new Map(roles.map((role) => [role.id, labelFor(role.name, access.language)]))
  const explained = (operation: Operation) => {
    const verdicts = explain(roles, rights.cells.get(type.id) ?? [], operation, place)
    return {
      allowed: allowed[operation],
      level: administrator ? 'all' : levelBy(verdicts),
      limitedByKey: !allowsOperation(subject.access?.caller.scopes ?? null, type.code, operation),
      roles: verdicts.map(({ roleId, ...verdict }) => ({ id: roleId, name: names.get(roleId), ...verdict })),
    }
  }
  return {
    ...{ userId, administrator, settings, reason, relation },
    operations: Object.fromEntries(operations.map((operation) => [operation, explained(operation)])),
  }
}

/** Evaluates the conditions of a user's rights for one record. Returns nothing if the caller may not read it. */
async function findRelation(db: Database, grant: Grant, { access, userId, reason }: Subject, id: number) {
  const own = reason === null ? access?.linked(grant.type.code) : undefined
  const conditionOf = (operation: Operation): RawBuilder<SqlBool> => {
    if (!own) return sql<SqlBool>`false`
    // Only what can be read can be changed. Adding needs no right to read.
    const needed = [own.rows[operation], operation === 'add' ? null : own.rows.read]
    return sql`(${sql.join([sql`true`, ...needed.flatMap((one) => (one ? [sql`(${one})`] : []))], sql` and `)})`
  }
  const json = (members: readonly (readonly [string, RawBuilder<unknown>])[]) =>
    sql`json_build_object(${sql.join(members.flatMap(([name, value]) => [sql.lit(name), value]))})`
  const allowed = json(operations.map((operation) => [operation, conditionOf(operation)] as const))
  const place = grant.type.traits.has('stages')
    ? json([
        ['pipelineId', sql`record.pipeline_id`],
        ['stageId', sql`record.stage_id`],
      ])
    : sql`null`
  const columns = sql`${allowed} as allowed, ${json(Object.entries(relationsTo(userId)))} as relation, ${place} as place`
  const query = recordsFor(grant, 'read').and(sql`record.id = ${id}`)
  const { rows } = await query.select<Relation>(columns).execute(db)
  return rows[0]
}

interface Relation {
  allowed: Record<Operation, boolean>
  relation: Record<keyof ReturnType<typeof relationsTo>, boolean>
  place: { pipelineId: number; stageId: string } | null
}
