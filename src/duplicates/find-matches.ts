import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { State } from '../entities/change.ts'
import type { Language } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import { recordNotFound } from '../records/list/read-record.ts'
import { recordsFor } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import { comparingOf, readablePart, seesAll } from './comparing.ts'
import { prepareRecord } from './comparison/prepared-record.ts'
import { type Judge, judgeOf, lowestScores, reasonsOf, shownScore } from './judge.ts'
import { comparedRecord, keysOfValues } from './keys.ts'
import { readLearned } from './learned.ts'
import type { PairAgreement } from './model/compare.ts'
import { companyTitles, type ReadRecord, readCandidates, readCompared } from './read-compared.ts'

/** A record that is like another one. */
export interface Match {
  id: number
  score: number
  agreement: PairAgreement
}

/** The most matches that are returned. */
const mostMatches = 20

/** Throws `duplicates_not_supported` unless the records of the type are searched for duplicates. */
export function requireDuplicates({ type }: Grant): void {
  if (!type.traits.has('duplicates')) throw new Problem('duplicates_not_supported', { type: type.code })
}

/** Returns the judge for a caller. Who may not read everything learns nothing from records and fields that are hidden. */
export async function judgeFor(db: Database, grant: Grant): Promise<Judge> {
  const comparing = comparingOf(grant.type)
  if (!seesAll(comparing, grant)) return judgeOf(readablePart(comparing, grant))
  return judgeOf(comparing, await readLearned(db, grant.type))
}

/** The records that one is like, and how they were compared. */
export interface Found {
  judge: Judge
  /** The most alike first. */
  matches: Match[]
}

/** Finds the records that a draft is like, among those that the caller may read. */
export async function matchesOfDraft(db: Database, grant: Grant, draft: State): Promise<Found> {
  const judge = await judgeFor(db, grant)
  const [companies = []] = await companyTitles(db, grant, judge.comparing, [draft])
  const prepared = prepareRecord(comparedRecord(judge.comparing, 0, draft, companies))
  return { judge, matches: await matchesOf(db, grant, judge, { state: draft, prepared }) }
}

/** Finds the records that a record is like, among those that the caller may read. Throws `record_not_found`. */
export async function matchesOfRecord(db: Database, grant: Grant, id: number): Promise<Found> {
  const judge = await judgeFor(db, grant)
  const named = recordsFor(grant, 'read').and(sql`record.id = ${id}`)
  const [record] = await readCompared(db, grant, judge.comparing, named)
  if (!record) throw recordNotFound(grant, id)
  return { judge, matches: await matchesOf(db, grant, judge, record) }
}

/** Finds the records that a draft certainly is a duplicate of, among those that the caller may read. */
export async function findCertain(db: Database, grant: Grant, draft: State): Promise<Found> {
  const { judge, matches } = await matchesOfDraft(db, grant, draft)
  return { judge, matches: matches.filter(({ score }) => score >= lowestScores.certain) }
}

/** Returns matches as responses show them. */
export function shownMatches(judge: Judge, matches: readonly Match[], language: Language) {
  return matches.map(({ id, score, agreement }) => ({
    id,
    score: shownScore(score),
    reasons: reasonsOf(judge, agreement, language),
  }))
}

/** Returns the best matches of a record, the most alike first. */
async function matchesOf(db: Database, grant: Grant, judge: Judge, record: ReadRecord): Promise<Match[]> {
  const keys = keysOfValues(judge.comparing, record.state)
  if (!keys.length) return []
  const candidates = await readCandidates(db, grant, judge.comparing, { keys, but: record.prepared.id })
  return candidates
    .map(({ prepared }) => {
      const agreement = judge.compare(record.prepared, prepared)
      return { id: prepared.id, score: judge.score(agreement), agreement }
    })
    .filter(({ score }) => score >= lowestScores.shown)
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, mostMatches)
}
