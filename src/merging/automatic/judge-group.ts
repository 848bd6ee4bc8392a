import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import { fieldOf } from '../../duplicates/comparing.ts'
import { readDismissed } from '../../duplicates/groups/dismissals.ts'
import { isSingle } from '../../duplicates/groups/read-groups.ts'
import type { Judge } from '../../duplicates/judge.ts'
import { checkAutomaticMerge } from '../../duplicates/model/automatic.ts'
import { readCompared } from '../../duplicates/read-compared.ts'
import type { State } from '../../entities/change.ts'
import { same } from '../../fields/value.ts'
import { placeKeys } from '../../pipelines/stage-history.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import { readStates } from '../../records/write/lock-records.ts'
import type { Grant } from '../../rights/grant.ts'
import { type MergeRequest, mostMerged } from '../merge-request.ts'
import { chooseValues } from './choose-values.ts'

/** Why a group is left for a person, as a counter and as a fault. */
export const leftReasons = {
  changed: 'group_changed',
  dismissed: 'group_dismissed',
  undone: 'group_undone',
  tooLarge: 'group_too_large',
  otherResponsible: 'other_responsible',
  otherStage: 'other_stage',
  conflicts: 'values_differ',
  uncertain: 'group_uncertain',
} as const

/** What is done with a group: it is merged, or left for a reason, which can be about fields. */
export type Verdict = { request: MergeRequest } | { left: keyof typeof leftReasons; paths?: readonly string[] }

/**
 * Decides whether the records of a group, as they are now, may become one without a person. The first record, which has
 * the smallest id, is the survivor.
 */
export async function judgeGroup(
  trx: Transaction,
  grant: Grant,
  judge: Judge,
  ids: readonly number[],
): Promise<Verdict> {
  const { type } = grant
  if (ids.length > mostMerged) return { left: 'tooLarge' }
  const records = recordsFor(grant, 'read').and(sql`record.id = any(${ids}::bigint[])`)
  const found = await readCompared(trx, grant, judge.comparing, records)
  if (found.length < ids.length) return { left: 'changed' }
  const compared = new Map(found.map(({ prepared, state }) => [prepared.id, state]))
  if ((await readDismissed(trx, grant, judge.comparing, compared)).size) return { left: 'dismissed' }
  if (await wasUndone(trx, grant, ids)) return { left: 'undone' }
  const byId = await readStates(trx, grant, ids)
  const states = ids.map((id) => byId.get(id)!.state)
  if (!areSame(states, 'responsibleId')) return { left: 'otherResponsible' }
  if (!placeKeys.every((key) => areSame(states, key))) return { left: 'otherStage' }

  const { comparisons } = judge.comparing
  const { conflicts, allowed } = checkAutomaticMerge(
    found.map(({ prepared }) => prepared),
    comparisons,
    (path) => isSingle(grant, path),
    (a, b) => judge.score(judge.compare(a, b)),
  )
  const chosen = chooseValues({ type, comparisons, sameKeys: ['responsibleId', ...placeKeys] }, states)
  const differing = conflicts.flatMap(({ paths }) => paths.find((path) => isSingle(grant, path)) ?? [])
  const paths = [...new Set([...differing.map(fieldOf), ...chosen.conflicts])]
  if (paths.length) return { left: 'conflicts', paths }
  if (!allowed) return { left: 'uncertain' }
  const [survivorId, ...mergedIds] = ids
  return { request: { survivorId: survivorId!, mergedIds, choices: new Map(), values: chosen.values } }
}

function areSame(states: readonly State[], key: string): boolean {
  return states.every((state) => same(state.get(key) ?? null, states[0]!.get(key) ?? null))
}

/** Returns whether somebody undid a merge of these records. It is not repeated. */
async function wasUndone(trx: Transaction, { type }: Grant, ids: readonly number[]): Promise<boolean> {
  const { rows } = await sql`select from record_merge as merge join merge_source as one on one.merge_id = merge.id
    where merge.type_id = ${type.id} and merge.undone_at is not null
      and merge.survivor_id = any(${ids}::bigint[]) and one.record_id = any(${ids}::bigint[]) limit 1`.execute(trx)
  return rows.length > 0
}
