import { type CellKind, kindOfCells } from '../../cells/kind.ts'
import type { Proposal, Reason } from '../../columns/propose.ts'
import type { DialectConfidence } from '../../csv/confidence.ts'
import type { Dialect } from '../../csv/dialect.ts'
import { type CsvRow, readHeader } from '../../csv/read.ts'
import type { Language } from '../../errors/language.ts'
import { codeMessage } from '../../errors/messages.ts'
import { Problem } from '../../errors/problem.ts'
import { bytesAt } from '../../files/store.ts'
import type { JobFault } from '../../jobs/faults.ts'
import { readRecord } from '../../records/list/read-record.ts'
import { withoutDenied } from '../../records/write/denied.ts'
import { retryOnTakenKey } from '../../records/write/write-context.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { countersOf, noCounters, recordsOf, writeChunk } from '../chunk.ts'
import { asked, type Missing, nothingMissing } from '../missing/missing.ts'
import { missingOf } from '../missing-of-file.ts'
import { findUsers } from '../people/find-users.ts'
import { type ImportPlan, planImport } from '../plan.ts'
import { type ImportDependencies, inspect, type Upload } from '../start.ts'
import { type ReadColumn, type Readings, readColumns, surveyFile } from '../survey.ts'
import { firstRows, legible } from './cells-of-file.ts'
import type { RowAction } from './preview-schemas.ts'
import type { RecordValues } from './record-values.ts'

/** Number of rows from which a preview decides how columns are read, and of those that it tries to import. */
const [rowsSeen, rowsTried] = [1000, 100]
const examplesShown = 3

/** A column of the file. Its field is null if the column would be ignored. */
export interface PreviewColumn extends Omit<ReadColumn, 'field'> {
  index: number
  field: string | null
  /** The best guess by the name or the cells, whether it is used or not. */
  proposal: { field: string; confidence: number; reason: Reason; program?: string } | null
  kind: CellKind
  examples: string[]
}

/** A row as it would be stored. Its record is null if the row would be rejected, or if the caller may not read it. */
export interface PreviewRow {
  row: number
  line: number
  action: RowAction
  /** The record that the row changes, or for which it is skipped. */
  duplicateId: number | null
  record: RecordValues | null
}

/** What an import would do with the first rows of a file. */
export interface ImportPreview {
  dialect: Dialect
  confidence: DialectConfidence
  source: string
  header: string[]
  columns: PreviewColumn[]
  rows: PreviewRow[]
  faults: ReturnType<typeof shownFault>[]
  result: typeof noCounters
  /** What an import creates when asked, as far as these rows show. Empty without the settings right. */
  toCreate: Missing
  isComplete: boolean
}

/** Returns what an import would do with the first rows of a file. Saves nothing. */
export async function previewImport(
  { db, files }: ImportDependencies,
  access: Access,
  typeCode: string,
  upload: Pick<Upload, 'file' | 'options' | 'charset'>,
): Promise<ImportPreview> {
  const { options, file } = upload
  const { dialect, confidence } = await inspect(files, upload)
  const open = () => bytesAt(files, file.location)
  const header = await legible(() => readHeader(open, dialect))
  const { rows, isComplete } = await legible(() => firstRows(open, dialect, rowsSeen))
  const findUser = await findUsers(db)
  const from = { options, findUser, sample: rows.map(({ cells }) => cells) }
  const planBy = (readings: Readings) => planImport(access, typeCode, header, { ...from, readings })
  const survey = surveyFile(planBy([]), options)
  for (const { cells } of rows) survey.see(cells)
  const readings = survey.readings()
  const plan = planBy(readings)
  const missing = access.configures ? await missingOf(plan, [rows]) : nothingMissing
  const toCreate = asked(missing, options.create).entries
  const tried = await tryRows({ db }, { ...plan, toCreate }, rows.slice(0, rowsTried))
  return {
    dialect,
    confidence,
    source: plan.source,
    header,
    columns: shownColumns(plan, readings, rows),
    rows: tried.rows,
    faults: tried.faults.map((fault) => shownFault(fault, access.language)),
    result: tried.result,
    toCreate: missing,
    isComplete: isComplete && rows.length <= rowsTried,
  }
}

interface Tried {
  rows: PreviewRow[]
  faults: JobFault[]
  result: typeof noCounters
}

/** Imports rows, reads the records, and rolls everything back. */
async function tryRows({ db }: Pick<ImportDependencies, 'db'>, plan: ImportPlan, rows: CsvRow[]): Promise<Tried> {
  if (!rows.length || (!plan.columns.length && !plan.fullName)) return { rows: [], faults: [], result: noCounters }
  const options = { ...retryOnTakenKey, dryRun: true }
  return await withoutDenied(
    db,
    async (trx, denied) => {
      const { read, ...written } = await writeChunk(trx, plan, { rows, draft: undefined }, { denied })
      const idOf = recordsOf(written)
      const shown: PreviewRow[] = []
      const changed = new Set(written.updated.keys())
      for (const { row, line, isSkipped } of read) {
        const id = idOf.get(row)
        const isOld = changed.has(row) || written.skipped.has(row)
        const without = isSkipped ? 'skip' : 'fail'
        const action = id === undefined ? without : !isOld ? 'create' : changed.has(row) ? 'update' : 'skip'
        shown.push({
          row,
          line,
          action,
          duplicateId: isOld ? id! : null,
          record: id === undefined ? null : await readStored(trx, plan.grant, id),
        })
      }
      return { rows: shown, faults: read.flatMap(({ faults }) => faults), result: countersOf(read, written) }
    },
    options,
  )
}

/** Returns the fields of a record that an import can set, or null if the caller may not read the record. */
async function readStored(db: ImportDependencies['db'], grant: Grant, id: number): Promise<RecordValues | null> {
  const fields = [...grant.writable.keys()].filter((path) => grant.readable.has(path))
  try {
    return JSON.parse((await readRecord(db, grant, id, { fields })).body)
  } catch (error) {
    if (error instanceof Problem && error.code === 'record_not_found') return null
    throw error
  }
}

function shownColumns(plan: ImportPlan, readings: Readings, rows: readonly CsvRow[]): PreviewColumn[] {
  const read = new Map(readColumns(plan, readings).map(({ index, ...column }) => [index, column]))
  return plan.header.map((name, index) => {
    const cells = rows.map(({ cells }) => cells[index] ?? '')
    const examples = [...new Set(cells.map((cell) => cell.trim()).filter(Boolean))].slice(0, examplesShown)
    const { target = null, proposal = null } = plan.proposed[index] ?? {}
    const mapped = read.get(index) ?? { column: name.trim(), field: target?.key ?? null }
    return {
      index,
      ...mapped,
      proposal: proposal && shownProposal(proposal),
      kind: kindOfCells(cells, plan.context.now),
      examples,
    }
  })
}

function shownProposal({ key, confidence, reason, program }: Proposal): PreviewColumn['proposal'] {
  return { field: key, confidence, reason, ...(program && { program }) }
}

function shownFault({ row, line, column, severity, code, params }: JobFault, language: Language) {
  return { row: row ?? null, line: line ?? null, column, severity, code, message: codeMessage(code, params, language) }
}
