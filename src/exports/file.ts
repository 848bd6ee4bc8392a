import { setImmediate as breath } from 'node:timers/promises'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Delimiter } from '../csv/dialect.ts'
import { encodeLines, type WrittenEncoding } from '../csv/write.ts'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Database } from '../database/connect.ts'
import { Problem, readAll } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import type { ListConfig } from '../records/list/find-records.ts'
import { planList } from '../records/list/parse-list-request.ts'
import { type Names, nameReader, noNames, type ValuesOf } from '../records/list/values-in-words.ts'
import { readIndexedPage } from '../records/query/index-lookup-page.ts'
import { type RecordQuery, recordsFor } from '../records/query/record-query.ts'
import { textsOf, valueReaders } from '../records/query/record-texts.ts'
import { isSteady } from '../records/query/steady-pages.ts'
import { amongHits, conditionOf, readHits, searchFor } from '../records/search/search-records.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { type ChosenColumns, chooseColumns, fileName } from './columns.ts'
import { type ExportRequest, usualDelimiter } from './options.ts'
import { pagesOf, type ReadPage, withFirstItem } from './pages.ts'
import { headerLine, linesOf } from './rows.ts'

/** A file to send. */
export interface ExportFile {
  headers: Record<string, string>
  /** Paths of the fields deleted while the file was sent. Their cells are empty from then on. */
  readonly lost: ReadonlySet<string>
  /** The number of records that were written so far. */
  readonly written: Readonly<Written>
  /** Returns the bytes, produced page by page on demand. Throws the errors of the first page. */
  open(): Promise<AsyncIterable<Buffer>>
}

/**
 * Plans an export and counts the records it omits. Calls `accessAnew` when a field is deleted during the export. Throws
 * the faults of the request, export_right_required.
 */
export async function planExport(
  db: Database,
  access: Access,
  typeCode: string,
  request: ExportRequest,
  { cursors, unindexed, accessAnew }: Omit<ListConfig, 'countTime'> & { accessAnew(): Promise<Access> },
): Promise<ExportFile> {
  const { mode, encoding } = request
  const { language } = access
  const grant = exportGrant(access, typeCode)
  const { plan, chosen } = readAll({
    plan: () => planList(access, grant, request.list, cursors),
    chosen: () => chooseColumns(grant, request.list.fields, { mode, language }),
  })
  const names = unindexed.note(plan.unindexed)
  const found = await searchFor(db, grant, plan)
  const { ofAll, ofPage } = conditionOf(plan, found)
  const taking = participation(grant)
  const exported = recordsFor(grant, 'read').and(ofAll).and(grant.rows.export)
  const omitted = taking && (await countOthers(db, exported, taking))
  const { lookups, now, timeZone } = access.context(plan.pinned.timeZone)
  const hits = found && plan.isRanked ? await amongHits(db, grant, found, [grant.rows.export, taking]) : null
  const query = { sort: plan.sort, ...ofPage }
  const lost = new Set<string>()
  const written = { rows: 0 }
  const fields = chosen.fields.map(({ field }) => field)
  const readAs = (now: Grant): ReadPage => {
    // A new field with the same code is a different field.
    const isLeft = ({ path, userFieldId }: Field) => now.readable.get(path)?.userFieldId === userFieldId
    for (const field of fields) if (!isLeft(field)) lost.add(field.path)
    const view = textsOf(fields, isLeft)
    const rows = recordsFor(now, 'read').and(now.rows.export).and(taking)
    const isKept = !found && !now.rows.read && !now.rows.export && isSteady(plan.where, plan.sort)
    const keep = isKept ? { family: 'export', version: now.catalogue.version } : undefined
    return (position, limit) =>
      hits
        ? readHits(db, now, hits, { position, limit }, view)
        : readIndexedPage(db, rows, { ...query, position, limit, keep }, view)
  }
  const read = keepingUp(readAs(grant), async () => readAs(exportGrant(await accessAnew(), typeCode)))
  const namesFor = mode === 'raw' ? async () => noNames : nameReader(db, grant, fields)
  const delimiter = request.delimiter ?? usualDelimiter(mode, language)
  return {
    lost,
    written,
    headers: {
      'content-type': `text/csv; charset=${encoding.replace('-bom', '')}; header=present`,
      'content-disposition': `attachment; filename="${fileName(grant.type.plural, now, timeZone)}"`,
      ...(omitted !== null && { 'export-omitted': String(omitted) }),
      ...(names.length && { 'unindexed-fields': names.join(', ') }),
    },
    open: () =>
      withFirstItem(
        bytesOf(read, chosen, {
          written,
          writing: { mode, language, lookups, timeZone },
          delimiter,
          encoding,
          namesFor,
        }),
      ),
  }
}

interface Written {
  rows: number
}

interface Writing {
  written: Written
  writing: Omit<CsvWriting, keyof Names>
  delimiter: Delimiter
  encoding: WrittenEncoding
  namesFor(valuesOf: ValuesOf): Promise<Names>
}

/** Lines written before yielding to other requests. */
const linesAtOnce = 200

async function* bytesOf(
  readPage: ReadPage,
  { fields, header }: ChosenColumns,
  { written, writing, delimiter, encoding, namesFor }: Writing,
): AsyncGenerator<Buffer, void, undefined> {
  let head = headerLine(header, { mode: writing.mode, delimiter, encoding })
  const readers = valueReaders(fields.map(({ field }) => field))
  const readFields = fields.map((one, index) => ({ ...one, read: readers[index]! }))
  const readerOf = new Map(readFields.map(({ field, read }) => [field, read]))
  for await (const records of pagesOf(readPage)) {
    const names = await namesFor((field) => records.map(readerOf.get(field)!))
    for (let at = 0; at === 0 || at < records.length; at += linesAtOnce) {
      const lines = linesOf(records.slice(at, at + linesAtOnce), readFields, { ...writing, ...names, delimiter })
      yield encodeLines(head + lines, encoding)
      head = ''
      written.rows += Math.min(linesAtOnce, records.length - at)
      await breath()
    }
  }
}

/** Continues reading with the current catalogue when a field was deleted after the first page. */
function keepingUp(read: ReadPage, readAnew: () => Promise<ReadPage>): ReadPage {
  let current = read
  return (position, limit) => {
    // The request itself is retried if the first page fails.
    if (!position) return read(position, limit)
    return retryOnModelChange(
      async (isAgain) => {
        if (isAgain) current = await readAnew()
        return current
      },
      (read) => read(position, limit),
    )
  }
}

/** Returns the grant of the caller for exports. Throws export_right_required. */
function exportGrant(access: Access, typeCode: string): Grant {
  try {
    return access.grantFor(typeCode, 'export')
  } catch (error) {
    // A missing export right has its own code, distinct from `forbidden`.
    if (error instanceof Problem && error.code === 'forbidden') {
      throw new Problem('export_right_required', { type: typeCode })
    }
    throw error
  }
}

/** Returns SQL for `participatesInExport`, even if the caller cannot read it; null if the type lacks the field. */
function participation({ type }: Grant): RawBuilder<SqlBool> | null {
  const field = type.fields.find(({ path }) => path === 'participatesInExport')
  return field ? sql<SqlBool>`${sql.ref(`record.${field.column}`)}` : null
}

async function countOthers(db: Database, exported: RecordQuery, participates: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await exported.and(sql`not ${participates}`).select<{ n: number }>(sql`count(*) as n`).execute(db)
  return rows[0]?.n ?? 0
}
