import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { recordNotFound } from '../records/list/read-record.ts'
import { recordMerged, survivorsOf } from '../records/query/merged-records.ts'
import { recordsFor } from '../records/query/record-query.ts'
import { lockRecords } from '../records/write/lock-records.ts'
import { preconditionProblems } from '../records/write/precondition.ts'
import type { Grant } from '../rights/grant.ts'
import type { MergeRequest } from './merge-request.ts'

/** Returns whether the caller sees, and so may change, every field of the type. */
export function seesAllFields({ type, readable }: Grant): boolean {
  return type.fields.every(({ path }) => readable.has(path))
}

/** Throws `fields_hidden` unless the caller sees every field of the type. */
export function requireAllFields(grant: Grant): void {
  if (!seesAllFields(grant)) throw new Problem('fields_hidden')
}

/** Throws the faults of records that the caller may not read. Called before anything is locked. */
export async function refuseMissing(trx: Transaction, grant: Grant, request: MergeRequest): Promise<void> {
  const ids = [request.survivorId, ...request.mergedIds]
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select<{ id: number }>(sql`record.id`)
    .execute(trx)
  const found = new Set(rows.map(({ id }) => id))
  const missing = ids.filter((id) => !found.has(id))
  if (!missing.length) return
  const survivors = await survivorsOf(trx, grant, missing)
  const refusal = (id: number) => {
    const survivor = survivors.get(id)
    return survivor === undefined ? recordNotFound(grant, id) : recordMerged(grant, id, survivor)
  }
  refuse(
    request,
    missing.map((id) => ({ id, problem: refusal(id) })),
  )
}

/** Checks the rights to the locked records, and the version of the survivor. A record that the caller may not read is missing. */
export async function lockAllowed(trx: Transaction, grant: Grant, request: MergeRequest) {
  const { survivorId, mergedIds, ifMatch } = request
  const survivor = await lockRecords(trx, grant, 'update', [survivorId])
  const merged = await lockRecords(trx, grant, 'delete', mergedIds)
  const refusedOf = ({ versions, refusal }: typeof survivor, ids: readonly number[]) =>
    ids.filter((id) => !versions.has(id)).map((id) => ({ id, problem: refusal(id) }))
  refuse(request, [...refusedOf(survivor, [survivorId]), ...refusedOf(merged, mergedIds)])
  const items = [{ id: survivorId, ifMatch }]
  const clash = (await preconditionProblems(trx, grant, items, survivor.versions)).get(survivorId)
  if (clash) throw clash
  return merged
}

/** Throws the faults of missing records, or else the first other problem, such as a missing right. */
function refuse({ pointers }: MergeRequest, refused: readonly { id: number; problem: Problem }[]): void {
  const faults = refused.flatMap(({ id, problem }) => faultOf(pointers?.get(id) ?? '/ids', problem))
  if (faults.length) throw invalid(faults)
  if (refused[0]) throw refused[0].problem
}

function faultOf(pointer: string, { code, params }: Problem): Fault[] {
  if (code === 'record_not_found') return [{ pointer, code: 'not_found_reference', params }]
  if (code === 'record_merged') return [{ pointer, code: 'merged_record', params, allowed: [String(params.survivor)] }]
  return []
}
