import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { State } from '../../entities/change.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Comparing, comparingOf } from '../comparing.ts'
import { hashOf } from '../comparison/hash.ts'
import { readCompared } from '../read-compared.ts'
import type { StoredPair } from './visible-pairs.ts'

/** Digests of the compared values of a record, by the keys of the fields. */
type Digests = Readonly<Record<string, number>>

function digestsOf({ fields, companies, extras }: Comparing, state: State): Digests {
  const keys = [...fields, ...companies, ...extras].flatMap((field) => field?.key ?? [])
  return Object.fromEntries(keys.map((key) => [key, hashOf(JSON.stringify(state.get(key) ?? null))]))
}

/**
 * Saves that the records of a group are no duplicates of each other. `server` sees all compared values, so that a change of
 * any of them ends it for those who see the field.
 */
export async function dismissGroup(
  trx: Transaction,
  { grant, server }: { grant: Grant; server: Grant },
  ids: readonly number[],
): Promise<void> {
  const comparing = comparingOf(server.type)
  const records = await readCompared(
    trx,
    server,
    comparing,
    recordsFor(server, 'read').and(sql`record.id = any(${ids})`),
  )
  const digests = new Map(records.map(({ prepared, state }) => [prepared.id, digestsOf(comparing, state)]))
  const pairs = ids.flatMap((a) =>
    ids.filter((b) => a < b).map((b) => ({ a, b, digests: [digests.get(a), digests.get(b)] })),
  )
  await sql`insert into duplicate_dismissal (type_id, first_id, second_id, digests, dismissed_by)
    select ${grant.type.id}, v.a, v.b, v.digests, ${grant.userId} from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb)
      as v (a bigint, b bigint, digests jsonb)
    on conflict (type_id, first_id, second_id) do update set digests = excluded.digests,
      dismissed_by = excluded.dismissed_by, dismissed_at = excluded.dismissed_at`.execute(trx)
}

/** Takes back that the records of a group are no duplicates of each other. */
export async function reopenGroup(
  trx: Transaction,
  { grant }: { grant: Grant },
  ids: readonly number[],
): Promise<void> {
  await sql`delete from duplicate_dismissal
    where type_id = ${grant.type.id} and first_id = any(${ids}::bigint[]) and second_id = any(${ids}::bigint[])`.execute(
    trx,
  )
}

/**
 * Returns which of the records are dismissed as duplicates of each other, as texts `a b`. A dismissal ends when a compared
 * value changes that the caller sees.
 */
export async function readDismissed(
  db: Database,
  grant: Grant,
  comparing: Comparing,
  states: ReadonlyMap<number, State>,
): Promise<Set<string>> {
  const ids = [...states.keys()]
  const { rows } = await sql<StoredPair & { digests: [Digests, Digests] }>`
    select first_id as a, second_id as b, digests from duplicate_dismissal
    where type_id = ${grant.type.id} and first_id = any(${ids}::bigint[]) and second_id = any(${ids}::bigint[])`.execute(
    db,
  )
  const isSame = (id: number, digests: Digests) =>
    Object.entries(digestsOf(comparing, states.get(id)!)).every(([key, digest]) => (digests[key] ?? digest) === digest)
  const valid = rows.filter(({ a, b, digests: [first, second] }) => isSame(a, first) && isSame(b, second))
  return new Set(valid.map(({ a, b }) => `${a} ${b}`))
}
