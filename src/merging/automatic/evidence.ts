import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { PreparedRecord } from '../../duplicates/comparison/prepared-record.ts'
import { readDismissed } from '../../duplicates/groups/dismissals.ts'
import type { Judge } from '../../duplicates/judge.ts'
import type { PresentRecord, State } from '../../entities/change.ts'
import type { Grant } from '../../rights/grant.ts'

/** Who decides about groups: with what rights, and how records are compared. */
export interface Deciding {
  grant: Grant
  judge: Judge
}

/** What is known about the records of groups: their values, and what users said about them. */
export interface Evidence {
  states: ReadonlyMap<number, State>
  /** What of the records is compared. */
  compared: ReadonlyMap<number, PreparedRecord>
  /** The records that a user dismissed as duplicates of each other, as texts `a b`. */
  dismissed: ReadonlySet<string>
  /** The survivors and the merged records of merges that a user has undone, as texts `a b`. */
  undone: ReadonlySet<string>
}

/** Returns what is known about records with these values, of which this is compared. */
export async function readEvidence(
  db: Database,
  { grant, judge }: Deciding,
  records: readonly Pick<PresentRecord, 'id' | 'state'>[],
  compared: readonly PreparedRecord[],
): Promise<Evidence> {
  const states = new Map(records.map(({ id, state }) => [id, state]))
  return {
    states,
    compared: new Map(compared.map((one) => [one.id, one])),
    dismissed: await readDismissed(db, grant, judge.comparing, states),
    undone: await readUndone(db, grant, [...states.keys()]),
  }
}

async function readUndone(db: Database, { type }: Grant, ids: readonly number[]): Promise<Set<string>> {
  const { rows } = await sql<{ survivor: number; merged: number }>`
    select merge.survivor_id as survivor, one.record_id as merged
    from record_merge as merge join merge_source as one on one.merge_id = merge.id
    where merge.type_id = ${type.id} and merge.undone_at is not null
      and merge.survivor_id = any(${ids}::bigint[]) and one.record_id = any(${ids}::bigint[])`.execute(db)
  return new Set(rows.map(({ survivor, merged }) => `${survivor} ${merged}`))
}
