import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Field } from '../../fields/field.ts'
import type { Link } from '../../fields/kinds/link-kinds.ts'

/** A list of links before and after a job changed it. */
export interface Origin {
  before: readonly Link[]
  after: readonly Link[] | null
}

/** Reads the lists of inverse links that a job changed, by record id. */
export async function originsOf(
  trx: Transaction,
  jobId: number,
  { key, typeId }: Field,
  ids: readonly number[],
): Promise<Map<number, Origin>> {
  const { rows } = await sql<Origin & { id: number }>`
    select record_id as id, (array_agg(changes -> ${key} -> 0 order by version))[1] as before,
      (array_agg(changes -> ${key} -> 1 order by version desc))[1] as after
    from history where type_id = ${typeId} and record_id = any(${ids}) and job_id = ${jobId} and changes ? ${key}
    group by record_id`.execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Returns the id of the primary link of a list. */
export function primaryOf(list: readonly Link[]): number | undefined {
  return list.find(({ primary }) => primary)?.id
}

/** Returns the list with the ids inserted: each at its place in the earlier list, new ids at the end. */
export function insertLinks(list: readonly Link[], ids: readonly number[], before: readonly Link[]): Link[] {
  const all = [...list]
  const places = new Map(before.map(({ id }, place) => [id, place]))
  const placeOf = (id: number) => places.get(id) ?? before.length
  for (const id of ids.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const [link, place] = [{ id, primary: false }, placeOf(id)]
    const last = all.findLastIndex((one) => placeOf(one.id) < place)
    all.splice(places.has(id) ? last + 1 : all.length, 0, link)
  }
  return all
}
