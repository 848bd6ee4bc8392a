import type { Transaction } from '../database/transaction.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { missingAmong, missingReference } from '../records/query/merged-records.ts'
import type { LockedRecords } from '../records/write/lock-records.ts'
import { preconditionProblems } from '../records/write/precondition.ts'
import type { Grant } from '../rights/grant.ts'
import type { LockedMembers } from './lock-members.ts'
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
  const missing = await missingAmong(trx, grant, [request.survivorId, ...request.mergedIds])
  const faults = [...missing].map(([id, survivor]) => ({
    pointer: pointerOf(request, id),
    ...missingReference(grant.type.code, id, survivor),
  }))
  if (faults.length) throw invalid(faults)
}

/**
 * Throws what prevents a merge of locked records: faults of those that the caller may not read, or else a missing right, or
 * another version of the survivor.
 */
export async function requireMergeable(
  trx: Transaction,
  grant: Grant,
  request: MergeRequest,
  { survivors, merged }: Pick<LockedMembers, 'survivors' | 'merged'>,
): Promise<void> {
  const { survivorId, mergedIds, ifMatch } = request
  const refusals = (ids: readonly number[], { versions, refusal }: LockedRecords) =>
    ids.filter((id) => !versions.has(id)).map((id) => ({ id, problem: refusal(id) }))
  const refused = [...refusals([survivorId], survivors), ...refusals(mergedIds, merged)]
  const faults = refused.flatMap(({ id, problem }) => faultOf(pointerOf(request, id), problem))
  if (faults.length) throw invalid(faults)
  if (refused[0]) throw refused[0].problem
  const clashes = await preconditionProblems(trx, grant, [{ id: survivorId, ifMatch }], survivors.versions)
  for (const clash of clashes.values()) throw clash
}

function pointerOf({ pointers }: MergeRequest, id: number): string {
  return pointers?.get(id) ?? '/ids'
}

function faultOf(pointer: string, { code, params: { type, id, survivor } }: Problem): Fault[] {
  if (!['record_not_found', 'record_merged'].includes(code)) return []
  return [
    { pointer, ...missingReference(String(type), Number(id), survivor === undefined ? undefined : Number(survivor)) },
  ]
}
