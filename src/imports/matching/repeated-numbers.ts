import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import { holdersOf } from './dry-run-keys.ts'
import { createdBy, type WrittenSoFar } from './match-rows.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow } from './row.ts'
import { valuesOf } from './sought.ts'

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
  const known = await numbersBefore(trx, plan, numbered, written)
  for (const { row, number } of numbered) {
    if (known.has(number)) row.note('warning', row.columnOf(field), { code: 'repeated_number' })
    known.add(number)
  }
}

/** Returns which of the numbers records have that earlier chunks of the import have created. */
async function numbersBefore(
  trx: Transaction,
  plan: MatchingPlan,
  numbered: readonly { id: number; number: string }[],
  written: WrittenSoFar,
): Promise<Set<string>> {
  const numbers = [...new Set(numbered.map(({ number }) => number))]
  // Of the records with a number, the latest is one of this import if any is.
  const latest = recordsFor(plan.grant, 'read')
    .and(sql`record.number = v.value and record.id <> all(${numbered.map(({ id }) => id)})`)
    .select(sql`record.id`, { orderBy: sql`record.id desc`, limit: 1 })
  const values = valuesOf(numbers.map((value, search) => ({ search, rank: 0, by: 'number', value })))
  const held = plan.dryRunOf === undefined ? sql`` : sql` union all ${holdersOf(plan.grant, values, plan.dryRunOf)}`
  const { rows } = await sql<{ search: number; id: number }>`select v.search, v.rank, found.id
    from ${values} cross join lateral (${latest}) as found ${held}`.execute(trx)
  const own = await createdBy(
    trx,
    plan,
    rows.map(({ id }) => id),
    written,
  )
  return new Set(rows.flatMap(({ search, id }) => (own.has(id) ? numbers[search]! : [])))
}
