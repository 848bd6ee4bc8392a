import type { TSchema } from 'typebox'
import type { Database } from '../../database/connect.ts'
import { Problem } from '../../errors/problem.ts'
import type { Access } from '../../rights/access.ts'
import type { DrawnByShape } from '../forms/chart.ts'
import type { Form } from '../forms/choose-form.ts'
import type { FormParameters } from '../forms/options.ts'
import { type WrittenForm, writeForm } from '../forms/write-form.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import { runQuery } from '../query/run-query.ts'
import { Query } from '../query/schemas.ts'
import type { Calculate } from '../reports/definition.ts'
import { reports } from '../reports/reports.ts'
import type { ReportRequest as ReportParameters } from '../reports/schemas.ts'
import type { ReportTable } from '../table.ts'

/** Who calculates a report, and how long it may take in milliseconds. */
export interface Reading {
  db: Database
  access: Access
  time: number
}

/** A report that can be saved. */
interface Analysis {
  parameters: TSchema & { $id?: string }
  /** Resolves a request, without calculating. Throws its faults. */
  resolve(reading: Reading, parameters: never): Promise<Calculate>
  /** Returns whether the caller may read all that the parameters name. */
  isReadable(access: Access, parameters: never): boolean
  /** What its charts show, if not the first columns. */
  drawn?: DrawnByShape | undefined
}

const query: Analysis = {
  parameters: Query,
  resolve: async ({ db, access, time }, parameters: Query) => {
    const query = resolveQuery(access, parameters)
    return async () => await runQuery(db, query, time)
  },
  isReadable: (access, parameters: Query) => !isRefused(() => resolveQuery(access, parameters)),
}

const ofReports = reports.map(({ name, report, body }): [string, Analysis] => [
  name,
  {
    parameters: body,
    // Only filters name fields.
    isReadable: (_access, { filter }: ReportParameters) => filter === undefined,
    resolve: (reading, request: ReportParameters) => report.resolve({ ...reading, request, inBody: true, faults: [] }),
    drawn: report.drawn,
  },
])

/** All that can be saved, by the last part of the path. */
export const analyses: Readonly<Record<string, Analysis>> = { query, ...Object.fromEntries(ofReports) }

function isRefused(resolve: () => unknown): boolean {
  try {
    resolve()
    return false
  } catch (error) {
    if (error instanceof Problem) return true
    throw error
  }
}

/** A report with its parameters, as it is saved. */
export interface ReportRequest {
  report: string
  parameters: object
}

/** The parameters matched the schema of the report when they were saved. */
function partsOf({ report, parameters }: ReportRequest): { analysis: Analysis; parameters: never } {
  return { analysis: analyses[report]!, parameters: parameters as never }
}

/** Throws the faults of a report to save, with pointers below `pointer`. */
export async function checkReport(reading: Reading, request: ReportRequest, pointer: string): Promise<void> {
  const { analysis, parameters } = partsOf(request)
  try {
    await analysis.resolve(reading, parameters)
  } catch (error) {
    throw faultsBelow(pointer, error)
  }
}

/**
 * Calculates a report that a user saved, in the rights of the caller. To others than its owner, its faults would name
 * fields that they may not see. Throws `saved_report_unavailable` instead.
 */
export async function calculateSaved(reading: Reading, request: ReportRequest, ownerId: number): Promise<ReportTable> {
  const { analysis, parameters } = partsOf(request)
  try {
    const calculate = await analysis.resolve(reading, parameters)
    return await calculate()
  } catch (error) {
    if (!(error instanceof Problem) || !error.faults.length) throw error
    const isOwn = ownerId === reading.access.caller.userId
    throw isOwn ? faultsBelow('/parameters', error) : new Problem('saved_report_unavailable')
  }
}

/** Returns a calculated report that a user saved, in a form. Throws the faults of the parameters of the form. */
export function writeSaved(
  table: ReportTable,
  { report }: ReportRequest,
  { form, parameters, access }: { form: Form; parameters: FormParameters; access: Access },
): WrittenForm {
  const timeZone = table.period?.timeZone ?? access.context().timeZone
  return writeForm(table, form, parameters, { language: access.language, timeZone, drawn: analyses[report]!.drawn })
}

/** Returns the parameters of a report that a user saved, or null if they may name what the caller may not read. */
export function visibleParameters(access: Access, request: ReportRequest, ownerId: number): object | null {
  const { analysis, parameters } = partsOf(request)
  return ownerId === access.caller.userId || analysis.isReadable(access, parameters) ? parameters : null
}

function faultsBelow(pointer: string, error: unknown): unknown {
  if (!(error instanceof Problem)) return error
  const faults = error.faults.map((fault) => ({ ...fault, pointer: pointer + (fault.pointer ?? '') }))
  return new Problem(error.code, error.params, { faults, headers: error.headers, extra: error.extra })
}
