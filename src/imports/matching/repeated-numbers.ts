import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import { createdBy, type WrittenSoFar } from './match-rows.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow } from './row.ts'

/** Reports the new records whose number an earlier row of the file has. Numbers that a file brings are kept. */
export async function noteRepeatedNumbers(
  trx: Transaction,
  plan: MatchingPlan,
  rows: readonly ImportRow[],
  written: WrittenSoFar,
): Promise<void> {
  const { grant } = plan
  const field = grant.type.traits.has('number') ? grant.readable.get('number') : undefined
  if (!field) return
  const idOf = new Map([...written.created].map(([id, row]) => [row, id]))
  const numbered = rows.flatMap((row) => {
    const [id, number] = [idOf.get(row.row), row.textOf(field.path).trim()]
    return id !== undefined && number ? [{ row, id, number }] : []
  })
  if (!numbered.length) return
  const holders = await latestHolders(trx, plan, numbered, written)
  for (const { row, id, number } of numbered) {
    const holder = holders.get(number)
    if (holder !== undefined)
      row.note('warning', row.columnOf(field), { code: 'repeated_number', params: { id: holder } })
    holders.set(number, id)
  }
}

/** Returns the latest records that earlier chunks of the import have created, by number. */
async function latestHolders(
  trx: Transaction,
  plan: MatchingPlan,
  numbered: readonly { id: number; number: string }[],
  written: WrittenSoFar,
): Promise<Map<string, number>> {
  const numbers = [...new Set(numbered.map(({ number }) => number))]
  const latest = recordsFor(plan.grant, 'read')
    .and(sql`record.number = v.number and record.id <> all(${numbered.map(({ id }) => id)})`)
    .select(sql`record.id`, { orderBy: sql`record.id desc`, limit: 1 })
  const { rows } = await sql<{ number: string; id: number }>`select v.number, found.id
    from unnest(${numbers}::text[]) as v (number) cross join lateral (${latest}) as found`.execute(trx)
  const own = await createdBy(
    trx,
    plan,
    rows.map(({ id }) => id),
    written,
  )
  return new Map(rows.flatMap(({ number, id }) => (own.has(id) ? [[number, id] as const] : [])))
}
