import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import { createRecords } from '../../records/write/create.ts'
import type { Grant } from '../../rights/grant.ts'
import { RecordFinder } from './find-named.ts'
import type { NamedRecord } from './link-text.ts'
import type { MatchingPlan } from './matching-plan.ts'
import type { ImportRow } from './row.ts'

/** Returns whether an import creates the records that a field names and that do not exist: the companies of contacts. */
export function createsNamed({ grant: { type }, options }: MatchingPlan, field: Field): boolean {
  const isOfTrait = type.traits.has('companies') && field.code === 'companies' && field.userFieldId === null
  return isOfTrait && options.createCompanies !== false
}

/** The name of a record that does not exist, and the row that has it. */
export interface Missing {
  row: ImportRow
  named: NamedRecord
}

/** A record that was created because a row names it. */
export interface NewTitle {
  grant: Grant
  title: string
}

/** The outcome of the creation of named records. */
export interface CreatedNamed {
  created: readonly NewTitle[]
  /** Finds the records, including the new ones. */
  finder: RecordFinder
  /** Why a record was not created, by its title. */
  refused: ReadonlyMap<string, Pick<Fault, 'code' | 'params'>>
}

/**
 * Creates a record for each title that nobody has. Titles that differ only in spelling are one, spelt as in the first row
 * of the file. The titles are locked: an import that creates the same records meanwhile is waited for, and its records
 * are found.
 */
export async function createNamed(
  trx: Transaction,
  plan: MatchingPlan,
  missing: readonly Missing[],
  jobId: number | undefined,
): Promise<CreatedNamed> {
  const grant = missing[0]!.named.grants[0]!
  const keys = await lockTitles(trx, grant, [...new Set(missing.map(({ named }) => named.text))])
  const before = await finderOf(trx, plan, missing)
  const left = missing.filter(({ named, row }) => !before.records(named, row).length)
  const inOrder = left.toSorted((a, b) => a.row.row - b.row.row)
  const titles = [...Map.groupBy(inOrder, ({ named }) => keys.get(named.text)!).values()].map(
    ([one]) => one!.named.text,
  )
  if (!titles.length) return { created: [], finder: before, refused: new Map() }
  await sql`savepoint before_named`.execute(trx)
  const refused = await createTitles(trx, plan, { grant, titles, jobId })
  const finder = await finderOf(trx, plan, missing)
  const isSeen = left.every(({ named, row }) => refused.has(named.text) || finder.records(named, row).length)
  const denied = refused.values().some(({ code }) => code === 'no_right')
  if (!denied && isSeen) {
    // Other spellings of a title have its fault.
    const byKey = new Map([...refused].map(([text, fault]) => [keys.get(text)!, fault]))
    const all = left.flatMap(({ named: { text } }) => {
      const fault = byKey.get(keys.get(text)!)
      return fault ? [[text, fault] as const] : []
    })
    const created = titles.flatMap((title) => (refused.has(title) ? [] : [{ grant, title }]))
    return { created, finder, refused: new Map(all) }
  }
  await sql`rollback to savepoint before_named`.execute(trx)
  return { created: [], finder: before, refused: new Map(left.map(({ named }) => [named.text, noRight(grant)])) }
}

async function finderOf(trx: Transaction, plan: MatchingPlan, missing: readonly Missing[]): Promise<RecordFinder> {
  const finder = new RecordFinder(plan)
  for (const { named, row } of missing) finder.seek(named, row)
  await finder.find(trx)
  return finder
}

/** The number of advisory locks that all titles share. */
const lockCount = 128

/** Locks titles until the end of the transaction, and returns their normalized forms. */
async function lockTitles(trx: Transaction, grant: Grant, texts: readonly string[]): Promise<Map<string, string>> {
  const named = sql`(select text, name_key(text) as key from unnest(${texts}::text[]) as text) as named`
  // The locks are taken in order, so that two imports cannot deadlock.
  await sql`select pg_advisory_xact_lock(hashtext('titles of imports'), slot) from (
    select distinct ${grant.type.id}::integer * ${sql.lit(lockCount)} + abs(hashtext(key) % ${sql.lit(lockCount)}) as slot
    from ${named} order by slot) as slots`.execute(trx)
  const { rows } = await sql<{ text: string; key: string }>`select text, key from ${named}`.execute(trx)
  return new Map(rows.map(({ text, key }) => [text, key]))
}

/** Returns the fault of a record that the caller may not create. */
function noRight({ type }: Grant): Pick<Fault, 'code' | 'params'> {
  return { code: 'no_right', params: { operation: 'import', type: type.code } }
}

/** Creates records with titles. Returns why some were not created. */
async function createTitles(
  trx: Transaction,
  { context }: MatchingPlan,
  { grant, titles, jobId }: { grant: Grant; titles: readonly string[]; jobId: number | undefined },
): Promise<Map<string, Pick<Fault, 'code' | 'params'>>> {
  if (!grant.writable.has('title')) return new Map(titles.map((title) => [title, noRight(grant)]))
  const writing = {
    grant,
    context,
    via: 'import' as const,
    addRight: 'import' as const,
    isSilent: true,
    ...(jobId !== undefined && { jobId }),
  }
  const bodies = titles.map((title) => ({ title }))
  const outcomes = await createRecords(trx, writing, bodies)
  const faults = outcomes.flatMap((outcome, index) => {
    if (!('problem' in outcome)) return []
    return [[titles[index]!, outcome.isWritten ? noRight(grant) : ({ code: 'not_created' } as const)] as const]
  })
  return new Map(faults)
}
