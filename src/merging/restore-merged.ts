import { sql } from 'kysely'
import { type Part, rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import { type ExternalId, keysCell, sameKey } from '../fields/kinds/external-ids-kind.ts'
import { externalKeysIn } from '../fields/kinds/kinds.ts'
import { historyInsert } from '../history/write.ts'
import { holdStages } from '../pipelines/stage-history.ts'
import { storedRecords, tableOf } from '../records/query/record-query.ts'
import { combined } from '../records/query/run-statements.ts'
import { timeAfter } from '../records/write/change-time.ts'
import { leaveGoneStages, presentPlaces, type RestoredRecord } from '../records/write/model-changes.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Merging } from './merge-log.ts'
import type { KeptPart } from './return-references.ts'

/** A record that was merged into another one. */
export interface MergedRecord extends RestoredRecord {
  version: number
  last: string
  keys: ExternalId[] | null
  mayRestore: boolean
}

/** Reads the merged records. They are locked. */
export async function readMerged(trx: Transaction, { grant, mergedIds }: Merging): Promise<MergedRecord[]> {
  const may = (['read', 'delete'] as const).flatMap((operation) => {
    const condition = grant.rows[operation]
    return condition ? [sql`(${condition}) is true`] : []
  })
  const isStaged = grant.type.traits.has('stages')
  const stage = isStaged ? sql`, record.pipeline_id as "pipelineId", record.stage_id as "stageId"` : sql``
  const { rows } = await storedRecords(grant)
    .and(sql`record.id = any(${mergedIds}::bigint[])`)
    .select<MergedRecord>(
      sql`record.id, record.version, record.updated_at as last, record.external_ids as keys,
        ${may.length ? sql.join(may, sql` and `) : sql`true`} as "mayRestore" ${stage}`,
      { orderBy: sql`array_position(${mergedIds}::bigint[], record.id)` },
    )
    .execute(trx)
  return rows
}

/**
 * Makes merged records records of their own again. An external key that another record has by now is lost. A record whose
 * stage was deleted meanwhile moves to the first one.
 */
export async function restoreMerged(
  trx: Transaction,
  writing: WriteContext,
  records: readonly MergedRecord[],
): Promise<KeptPart[]> {
  const { grant, context, via, jobId } = writing
  const { type } = grant
  const now = new Date()
  const ids = records.map(({ id }) => id)
  const taken = await takenKeys(trx, type.id, ids)
  const entries = records.map(({ id, version, last, keys }) => {
    const before = keys ?? []
    const after = before.filter((key) => !taken.some((one) => one.recordId === id && sameKey(one, key)))
    const changes: Record<string, [ExternalId[], ExternalId[]]> | null =
      after.length < before.length ? { externalIds: [before, after] } : null
    return {
      typeId: type.id,
      recordId: id,
      version: version + 1,
      kind: 'restored' as const,
      at: timeAfter(now, last),
      changes,
      keys: after,
    }
  })
  const rows = entries.map(({ recordId, at, keys }) => ({ id: recordId, at, external_ids: keysCell(keys) }))
  const update: Part = {
    shape: 'restore merged',
    values: [context.userId, JSON.stringify(rows)],
    sql: (userId, all) => sql`update ${tableOf(grant)} as record set merged_into = null, version = record.version + 1,
      updated_at = v.at, updated_by = ${userId}, external_ids = v.external_ids
      from json_to_recordset(${all}) as v (id bigint, at timestamptz, external_ids json) where record.id = v.id`,
  }
  const history = historyInsert(entries, { actorId: context.userId, via, jobId })
  await rowsOf(trx, combined(grant, [update, history], 'restore', holdStages(presentPlaces(writing, records))))
  const lost = taken.map(({ row }) => row)
  await sql`delete from external_id where type_id = ${type.id} and record_id = any(${ids}::bigint[]) and id = any(${lost}::bigint[])`.execute(
    trx,
  )
  await sql`update external_id set active = true where type_id = ${type.id} and record_id = any(${ids}::bigint[])`.execute(
    trx,
  )
  await leaveGoneStages(trx, writing, records)
  const { path } = externalKeysIn(type.fields)
  return taken.map(({ recordId, source, key }) => ({
    ...{ type: type.code, id: recordId, field: path },
    ...{ code: 'duplicate_external_id' as const, params: { source, key } },
  }))
}

/** Returns the external keys of merged records that another record has by now. */
async function takenKeys(trx: Transaction, typeId: number, ids: readonly number[]) {
  const { rows } = await sql<ExternalId & { row: number; recordId: number }>`
    select own.id as row, own.record_id as "recordId", own.source, own.key
    from external_id as own where own.type_id = ${typeId} and own.record_id = any(${ids}::bigint[])
      and exists (select from external_id as other where other.type_id = own.type_id and other.source = own.source
        and other.key = own.key and other.active)
    order by own.id`.execute(trx)
  return rows
}
