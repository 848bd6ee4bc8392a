import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Field } from '../fields/field.ts'
import type { ListPlan } from '../records/list/parse-list-request.ts'
import { type PageCondition, readIndexedPage } from '../records/query/index-lookup-page.ts'
import { type RecordQuery, recordsFor } from '../records/query/record-query.ts'
import { textsOf } from '../records/query/record-texts.ts'
import { isSteady } from '../records/query/steady-pages.ts'
import { amongHits, conditionOf, readHits, type SearchResult, searchFor } from '../records/search/search-records.ts'
import type { Grant } from '../rights/grant.ts'
import type { PageReading } from './bytes.ts'
import { readLinkedRecords } from './linked-records.ts'
import type { FileShape } from './rows.ts'

/**
 * Runs statements that belong together: in any transaction, or in one whose snapshot all parts of the file share.
 */
export type Within = <T>(work: (db: Database) => Promise<T>) => Promise<T>

/** The records of a file. */
export interface SelectedRecords {
  condition: PageCondition
  /** The hits of a search, if they are in the order of their rank. */
  hits: Pick<SearchResult, 'search' | 'hits'> | null
  omitted: number | null
  count(): Promise<number>
}

/** Searches for the records of an export, and counts those that do not participate. */
export async function selectRecords(within: Within, grant: Grant, plan: ListPlan): Promise<SelectedRecords> {
  const taking = participation(grant)
  return await within(async (db) => {
    const found = await searchFor(db, grant, plan)
    const { ofAll, ofPage } = conditionOf(plan, found)
    const exported = recordsFor(grant, 'read').and(ofAll).and(grant.rows.export)
    const hits = found && plan.isRanked ? await amongHits(db, grant, found, [grant.rows.export, taking]) : null
    const omitted = taking && (await countOf(db, exported.and(sql`not ${taking}`)))
    return { condition: ofPage, hits, omitted, count: () => within((again) => countOf(again, exported.and(taking))) }
  })
}

/** What the pages of a file contain. */
export interface PagesOfFile {
  shape: FileShape
  plan: ListPlan
  selection: SelectedRecords
  /** Paths of fields that no longer exist, which reading adds to. */
  lost: Set<string>
}

/** Returns how pages are read by a grant, which may lack fields that the file has. */
export function pageReading(
  within: Within,
  grant: Grant,
  { shape, plan, selection: { condition, hits }, lost }: PagesOfFile,
): PageReading {
  // A new field with the same code is a different field.
  const isLeft = ({ path, userFieldId }: Field) => grant.readable.get(path)?.userFieldId === userFieldId
  for (const field of shape.fields) if (!isLeft(field)) lost.add(field.path)
  const view = textsOf(shape.fields, isLeft)
  const rows = recordsFor(grant, 'read').and(grant.rows.export).and(participation(grant))
  const isKept = !plan.words && !grant.rows.read && !grant.rows.export && isSteady(plan.where, plan.sort)
  const keep = isKept ? { family: 'export', version: grant.catalogue.version } : undefined
  return {
    page: (position, limit) =>
      within((db) =>
        hits
          ? readHits(db, grant, hits, { position, limit }, view)
          : readIndexedPage(db, rows, { sort: plan.sort, ...condition, position, limit, keep }, view),
      ),
    linked: (links) => within((db) => readLinkedRecords(db, grant, shape.linked, links)),
  }
}

/** Returns SQL for `participatesInExport`, even if the caller cannot read it; null if the type lacks the field. */
function participation({ type }: Grant): RawBuilder<SqlBool> | null {
  const field = type.fields.find(({ path }) => path === 'participatesInExport')
  return field ? sql<SqlBool>`${sql.ref(`record.${field.column}`)}` : null
}

async function countOf(db: Database, records: RecordQuery): Promise<number> {
  const { rows } = await records.select<{ n: number }>(sql`count(*) as n`).execute(db)
  return rows[0]?.n ?? 0
}
