import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { pacer } from '../../json/pace.ts'
import { allRecords } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Comparing, comparingOf } from '../comparing.ts'
import { keysOf } from '../comparison/passes.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'
import { valuesOf } from '../comparison/values.ts'
import type { Lesson } from '../learned.ts'
import { compareRecords } from '../model/compare.ts'
import { type Candidate, learnWeights } from '../model/learn.ts'
import { shippedWeights } from '../model/shipped-weights.ts'
import { type CommonValues, ValueCounter, valueCounts } from '../model/value-counts.ts'
import { readCompared, slice } from '../read-compared.ts'
import { readSampleBlocks } from './blocks.ts'

/** So few that reading them does not delay other requests for long. */
const recordsAtOnce = 500

/** The weights are learned from about the pairs of so many blocks. More would change little. */
const mostBlocks = 10_000

/**
 * Counts the values of all records, and learns from the blocks of a random part of the keys how often duplicates agree.
 * `goOn` throws when the scan must stop.
 */
export async function learnFromBase(
  db: Database,
  grant: Grant,
  jobId: number,
  goOn: () => Promise<void>,
): Promise<Lesson> {
  const values = await countValues(db, grant, goOn)
  const comparing = comparingOf(grant.type)
  const shipped = shippedWeights(comparing.comparisons)
  const { blocks, share } = await readSampleBlocks(db, jobId, mostBlocks)
  const candidates = await candidatesOf(db, grant, { comparing, blocks, values })
  const { comparisons, passes } = comparing
  const weights = await learnWeights(candidates, comparisons, passes, shipped, { records: values.records, share })
  return { values, weights }
}

async function countValues(db: Database, grant: Grant, goOn: () => Promise<void>): Promise<CommonValues> {
  const comparing = comparingOf(grant.type)
  const { rows } = await allRecords(grant).select<{ n: number }>(sql`count(*) as n`).execute(db)
  const counter = new ValueCounter(rows[0]?.n ?? 0)
  const readPage = (after: number) => {
    const ids = allRecords(grant)
      .and(sql`record.id > ${after}`)
      .select(sql`record.id`, { orderBy: sql`record.id`, limit: recordsAtOnce })
    return readCompared(db, grant, comparing, allRecords(grant).and(sql`record.id in (${ids})`))
  }
  const pace = pacer(slice)
  for (let reading = readPage(0); ; ) {
    const page = await reading
    if (!page.length) return counter.counts()
    await goOn()
    // The next page is read while this one is counted.
    reading = readPage(Math.max(...page.map(({ prepared }) => prepared.id)))
    reading.catch(() => {})
    for (const { prepared } of page) {
      counter.add(valuesOf(prepared))
      await pace()
    }
  }
}

interface Sample {
  comparing: Comparing
  blocks: readonly { ids: readonly number[] }[]
  values: CommonValues
}

/** Compares the records of blocks, and finds out which passes found each pair. */
async function candidatesOf(db: Database, grant: Grant, { comparing, blocks, values }: Sample): Promise<Candidate[]> {
  const { comparisons, passes } = comparing
  const counts = valueCounts(values)
  const shipped = shippedWeights(comparisons)
  const ids = [...new Set(blocks.flatMap((block) => block.ids))]
  const records = new Map<number, PreparedRecord>()
  for (let from = 0; from < ids.length; from += recordsAtOnce) {
    const named = sql`record.id = any(${ids.slice(from, from + recordsAtOnce)}::bigint[])`
    for (const { prepared } of await readCompared(db, grant, comparing, allRecords(grant).and(sql`${named}`)))
      records.set(prepared.id, prepared)
  }
  const keys = new Map([...records].map(([id, record]) => [id, keysOf(record, passes)]))
  const found = new Map<string, Candidate>()
  const pace = pacer(slice)
  for (const block of blocks) {
    const members = block.ids.flatMap((id) => records.get(id) ?? [])
    for (const [index, a] of members.entries()) {
      for (const b of members.slice(index + 1)) {
        const name = `${a.id} ${b.id}`
        if (found.has(name)) continue
        const shared = new Set(keys.get(a.id)!.map(({ key }) => key))
        const bits = keys.get(b.id)!.reduce((all, { pass, key }) => (shared.has(key) ? all | (1 << pass) : all), 0)
        found.set(name, { ...compareRecords(a, b, comparisons, shipped, counts), passes: bits })
      }
    }
    await pace()
  }
  return [...found.values()]
}
