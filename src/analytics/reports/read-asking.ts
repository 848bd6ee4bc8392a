import type { Trait } from '../../entities/types.ts'
import { FaultList, invalid } from '../../errors/problem.ts'
import { selects } from '../../fields/operators.ts'
import { type KnownDepartment, knownDepartments, membersOf } from '../../people/department-members.ts'
import { type Periods, readPeriods } from '../../reporting-period/read-period.ts'
import type { FurtherFilter } from '../query/resolve-query.ts'
import type { ReportAsking } from './definition.ts'

/** What a request for a report asks about. */
export interface Asked {
  /** Code of the record type. */
  type: string
  periods: Periods
  /** The conditions of the parameters that choose records. */
  conditions: FurtherFilter[]
  /** The departments that the caller knows of, if the report is grouped by them. */
  departments: readonly KnownDepartment[]
}

/** Reads the parameters of a request for a report about the records of the type with a trait. Throws every fault at once. */
export async function readAsking(asking: ReportAsking, trait: Trait): Promise<Asked> {
  const { access, request, inBody } = asking
  const type = [...access.catalogue.types.values()].find(({ traits }) => traits.has(trait))
  if (!type) throw new Error(`No type has the trait ${trait}`)
  access.grant(type.code)
  const periods = readPeriods(request, access.context(), { inBody })
  const { db } = asking
  const { administers, caller } = access
  const isByDepartment = request.groupBy === 'department'
  const departments = isByDepartment ? await knownDepartments(db, { userId: caller.userId, administers }) : []
  return { type: type.code, periods, conditions: await readConditions(asking), departments }
}

async function readConditions({ db, access, request, inBody }: ReportAsking): Promise<FurtherFilter[]> {
  const { pipelineId, responsibleId, departmentId } = request
  const named = Object.entries({ pipelineId, responsibleId })
  const conditions = named.flatMap(([field, value]) => (value ? [isOneOf(field, value)] : []))
  if (!departmentId) return conditions
  const { administers, caller } = access
  const { members, unknown } = await membersOf(db, { userId: caller.userId, administers }, departmentId)
  const faults = new FaultList()
  for (const id of unknown) {
    const at = inBody ? { pointer: `/departmentId/${departmentId.indexOf(id)}` } : { parameter: 'departmentId' }
    faults.push({ ...at, code: 'not_found_reference', params: { type: 'department', id } })
  }
  if (faults.length) throw invalid(faults)
  return [...conditions, { ...isOneOf('responsibleId', members), pointer: '/departmentId' }]
}

function isOneOf(field: string, value: unknown): FurtherFilter {
  return { pointer: `/${field}`, filter: { field, op: selects.values, value } }
}
