import { unicodeEncodings } from '../csv/write.ts'
import { type Fault, invalid, readAll } from '../errors/problem.ts'
import type { Cursors } from '../http/cursors.ts'
import { type ListPlan, planList } from '../records/list/parse-list-request.ts'
import { nameReader, noNames } from '../records/list/values-in-words.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { bytesOf, type Written } from './bytes.ts'
import { type ChosenColumns, chooseColumns, fileName, ownFields } from './columns.ts'
import { linkedFields } from './linked-records.ts'
import { type ExportRequest, placeIn } from './options.ts'
import { withFirstItem } from './pages.ts'
import { requireExport } from './require.ts'
import type { FileShape } from './rows.ts'
import { pageReading, selectRecords, type Within } from './selection.ts'

/** A file to send or to store. */
export interface ExportFile {
  name: string
  contentType: string
  headers: Record<string, string>
  /** The keys of the fields of the records. */
  fields: readonly string[]
  /** The number of records in the list that the file omits. Null if records of the type always participate. */
  omitted: number | null
  /** Paths of the fields deleted while the file was written. Their cells are empty from then on. */
  readonly lost: ReadonlySet<string>
  /** What was written so far. */
  readonly written: Readonly<Written>
  /** Counts the records of the file. */
  count(): Promise<number>
  /** Returns the bytes, produced page by page on demand. Throws the errors of the first page. */
  open(): Promise<AsyncIterable<Buffer>>
}

/** How an export reads the database. */
export interface ExportReading {
  cursors: Cursors
  /** Notes what the list is filtered and sorted by without an index, and returns the names of these fields. */
  note(unindexed: ListPlan['unindexed']): string[]
  within: Within
  /** Returns the access of the caller with its present rights and fields. */
  accessAnew(): Promise<Access>
}

/** Parses the request against the fields that the caller sees. Throws all its faults, after those that are known. */
export function checkExport(
  access: Access,
  grant: Grant,
  request: ExportRequest,
  { cursors, faults = [] }: { cursors: Cursors; faults?: readonly Fault[] },
) {
  const { mode, language, encoding, columns, list } = request
  const asked = { columns, fields: list.fields, placeOf: (name: string) => placeIn(request, name) }
  return readAll({
    known: () => {
      if (faults.length) throw invalid(faults)
    },
    encoding: () => {
      if (mode === 'people' || unicodeEncodings.includes(encoding)) return
      throw invalid([{ ...placeIn(request, 'encoding'), code: 'unicode_required', allowed: [...unicodeEncodings] }])
    },
    plan: () => planList(access, grant, list, cursors),
    chosen: () => chooseColumns(grant, asked, { mode, language }),
  })
}

/**
 * Plans an export and counts the records it omits. Calls `accessAnew` when a field is deleted during the export. Throws
 * the faults of the request.
 */
export async function planExport(
  reading: ExportReading,
  access: Access,
  grant: Grant,
  request: ExportRequest,
): Promise<ExportFile> {
  const { mode, encoding, gzip, language, delimiter } = request
  const { plan, chosen } = checkExport(access, grant, request, reading)
  const names = reading.note(plan.unindexed)
  const selection = await selectRecords(reading.within, grant, plan)
  const { omitted } = selection
  const { lookups, now, timeZone } = access.context(plan.pinned.timeZone)
  const shape = shapeOf(grant, chosen)
  const lost = new Set<string>()
  const written = { rows: 0, replaced: 0 }
  const readAs = (present: Grant) => pageReading(reading.within, present, { shape, plan, selection, lost })
  const readNames = nameReader(grant, [...new Set([...shape.fields, ...[...shape.linked.values()].flat()])])
  return {
    name: fileName(grant.type.plural, { now, timeZone, gzip }),
    contentType: gzip ? 'application/gzip' : `text/csv; charset=${encoding.replace('-bom', '')}; header=present`,
    headers: {
      ...(omitted !== null && { 'export-omitted': String(omitted) }),
      ...(names.length && { 'unindexed-fields': names.join(', ') }),
    },
    ...{ omitted, lost, written },
    fields: shape.fields.map(({ key }) => key),
    count: selection.count,
    open: () =>
      withFirstItem(
        bytesOf(shape, {
          ...{ header: chosen.header, written, encoding, delimiter },
          reading: readAs(grant),
          readAnew: async () => readAs(requireExport(await reading.accessAnew(), grant.type.code)),
          writing: { mode, language, lookups, timeZone },
          namesFor: async (valuesOf) =>
            mode === 'raw' ? noNames : await reading.within((db) => readNames(db, valuesOf)),
        }),
      ),
  }
}

function shapeOf(grant: Grant, { columns }: ChosenColumns): FileShape {
  return { columns, fields: ownFields(columns, grant.readable), linked: linkedFields(grant, columns) }
}
