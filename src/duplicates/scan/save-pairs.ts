import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Judge, judgeOf, usualRecords } from '../judge.ts'
import type { PairAgreement } from '../model/compare.ts'
import { suggestionLimits } from '../model/limits.ts'
import { evidenceFor, visibleAgreement } from '../model/partial-evidence.ts'

/** A pair of records that are alike. The first id is the smaller one. */
export interface FoundPair {
  a: number
  b: number
  score: number
}

/** Returns whether a pair is stored. */
export type PairFilter = (agreement: PairAgreement, score: number) => boolean

/**
 * Returns which pairs are stored: those whose agreements alone would be enough, for who may read everything or for others.
 * A difference counts when the pair is read, because it may be in a field that the reader does not see.
 */
export function storedPairs({ comparing, weights, score }: Judge): PairFilter {
  const { comparisons } = comparing
  const usual = judgeOf(comparing)
  return (agreement, all) => {
    if (all >= suggestionLimits.link || score(evidenceFor(agreement, comparisons, weights)) >= suggestionLimits.link)
      return true
    const seen = visibleAgreement(agreement.levels, comparisons, usual.weights, usualRecords, () => true)
    return usual.score(evidenceFor(seen, comparisons, usual.weights)) >= suggestionLimits.link
  }
}

/** Stores pairs. A pair that another key has found before gets its present score. */
export async function savePairs(
  trx: Transaction,
  { type }: Grant,
  { jobId, pairs }: { jobId: number; pairs: readonly FoundPair[] },
): Promise<void> {
  if (!pairs.length) return
  // In one order, so that two scans at once do not wait for each other in a circle.
  const sorted = pairs.toSorted((x, y) => x.a - y.a || x.b - y.b)
  await sql`insert into local.duplicate_pair as p (type_id, first_id, second_id, score, job_id)
    select ${type.id}, v.a, v.b, v.score, ${jobId} from json_to_recordset(${JSON.stringify(sorted)})
      as v (a bigint, b bigint, score real)
    on conflict (type_id, first_id, second_id) do update set score = excluded.score, job_id = excluded.job_id
      where p.job_id <> excluded.job_id`.execute(trx)
}
