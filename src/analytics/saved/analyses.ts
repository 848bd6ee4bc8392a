import type { TSchema } from 'typebox'
import type { Database } from '../../database/connect.ts'
import { Problem } from '../../errors/problem.ts'
import type { Access } from '../../rights/access.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import { runQuery } from '../query/run-query.ts'
import { Query } from '../query/schemas.ts'
import type { ReportTable } from '../table.ts'

/** Calculates a report, within a time in milliseconds. */
export type Calculate = (db: Database, time: number) => Promise<ReportTable>

/** A report that can be saved: the schema of its parameters, and what checks them in the rights of a caller. */
interface Analysis {
  parameters: TSchema & { $id?: string }
  /** Throws the faults of the parameters. */
  prepare(access: Access, parameters: never): Calculate
}

/** The reports that can be saved, by the last part of their path. */
export const analyses: Readonly<Record<string, Analysis>> = {
  query: {
    parameters: Query,
    prepare(access, parameters: Query) {
      const query = resolveQuery(access, parameters)
      return (db, time) => runQuery(db, query, time)
    },
  },
}

/** A report with its parameters, as it is saved. */
export interface ReportRequest {
  report: string
  parameters: object
}

/** Returns what calculates a report in the rights of the caller. Throws its faults with pointers below `pointer`. */
export function prepareReport(access: Access, { report, parameters }: ReportRequest, pointer: string): Calculate {
  try {
    // The parameters matched the schema of the report when they were saved.
    return analyses[report]!.prepare(access, parameters as never)
  } catch (error) {
    if (!(error instanceof Problem) || !error.faults.length) throw error
    const faults = error.faults.map((fault) => ({ ...fault, pointer: pointer + (fault.pointer ?? '') }))
    throw new Problem(error.code, error.params, { ...error, faults })
  }
}

/**
 * Returns what calculates a report that a user saved, in the rights of the caller. To others than its owner, its faults
 * would name fields that they may not see. Throws `saved_report_unavailable` instead.
 */
export function prepareSaved(access: Access, request: ReportRequest, ownerId: number): Calculate {
  try {
    return prepareReport(access, request, '/parameters')
  } catch (error) {
    if (!(error instanceof Problem) || !error.faults.length || ownerId === access.caller.userId) throw error
    throw new Problem('saved_report_unavailable')
  }
}

/** Returns the parameters of a report that a user saved, or null if they name what the caller may not read. */
export function visibleParameters(access: Access, request: ReportRequest, ownerId: number): object | null {
  if (ownerId === access.caller.userId) return request.parameters
  try {
    prepareReport(access, request, '')
    return request.parameters
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}
