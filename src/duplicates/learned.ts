import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { EntityType } from '../entities/catalogue.ts'
import type { ValueCounts } from './comparison/values.ts'
import type { Learned } from './judge.ts'
import { keysVersion } from './keys.ts'
import type { CommonValues } from './model/value-counts.ts'
import type { Weights } from './model/weights.ts'

/** Values that are not counted are held by about as many records. */
const uncounted = 2

const known = new WeakMap<EntityType, { version: string; learned: Learned }>()

/** Returns what the last full scan of a type has taught, if it has compared the same fields. */
export async function readLearned(db: Database, type: EntityType): Promise<Learned | undefined> {
  const state = db.selectFrom('local.duplicate_state').where('type_id', '=', type.id)
  const current = state.where('learned_for', '=', keysVersion(type))
  const { version } = (await current.select(sql<string>`learned_at::text`.as('version')).executeTakeFirst()) ?? {}
  if (version === undefined) return undefined
  const kept = known.get(type)
  if (kept?.version === version) return kept.learned
  const row = await current.select(['weights', 'records', 'counts']).executeTakeFirst()
  if (!row?.counts) return undefined
  const learned = { weights: row.weights as Weights, counts: countsIn(row.counts, row.records ?? 0) }
  known.set(type, { version, learned })
  return learned
}

/** What a full scan learns. */
export interface Lesson {
  weights: Weights
  values: CommonValues
}

/** Saves what a full scan has learned. */
export async function saveLearned(db: Database, type: EntityType, { weights, values }: Lesson): Promise<void> {
  const learned = sql`${keysVersion(type)}, ${JSON.stringify(weights)}::jsonb, ${values.records}, ${packed(values)}`
  await sql`insert into local.duplicate_state (type_id, learned_for, weights, records, counts, learned_at)
    values (${type.id}, ${learned}, clock_timestamp()) on conflict (type_id) do update set
    learned_for = excluded.learned_for, weights = excluded.weights, records = excluded.records,
    counts = excluded.counts, learned_at = excluded.learned_at`.execute(db)
}

function packed({ common }: CommonValues): Buffer {
  const sorted = [...common].sort(([a], [b]) => a - b)
  const numbers = new Int32Array(2 * sorted.length)
  for (const [index, pair] of sorted.entries()) numbers.set(pair, 2 * index)
  return Buffer.from(numbers.buffer)
}

/** Returns packed counts. They are searched as they are: a map of them would take many times the memory. */
function countsIn(packed: Buffer, records: number): ValueCounts {
  const numbers = new Int32Array(new Uint8Array(packed).buffer)
  return {
    records,
    countOf(hash) {
      let [low, high] = [0, numbers.length / 2]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (numbers[2 * middle]! < hash) low = middle + 1
        else high = middle
      }
      return numbers[2 * low] === hash ? numbers[2 * low + 1] : uncounted
    },
  }
}
