import type { Trait } from '../../entities/types.ts'
import { keysOf, pointerOf } from '../../errors/json-pointer.ts'
import { type Fault, FaultList } from '../../errors/problem.ts'
import { selects } from '../../fields/operators.ts'
import { withConditions } from '../../filters/meant-conditions.ts'
import { readParameter } from '../../filters/query.ts'
import { type KnownDepartment, knownDepartments, membersOf } from '../../people/department-members.ts'
import { conditionsFor } from '../../reporting-period/read-event.ts'
import { type Periods, readPeriods } from '../../reporting-period/read-period.ts'
import type { FurtherFilter } from '../query/resolve-query.ts'
import { queryLimits } from '../query/schemas.ts'
import type { ReportAsking } from './definition.ts'
import type { ReportRequest } from './schemas.ts'

/** What a request for a report asks about. */
export interface Asked {
  /** Code of the record type. */
  type: string
  periods: Periods
  /** The conditions of the parameters that choose records. */
  conditions: FurtherFilter[]
  /** The departments that the caller knows of, if the report is grouped by them. */
  departments: readonly KnownDepartment[]
  /** The faults of the request so far. What resolves the report throws them. */
  faults: Fault[]
}

/** Reads the parameters of a request for a report about the records of the type with a trait, and collects their faults. */
export async function readAsking(asking: ReportAsking, trait: Trait): Promise<Asked> {
  const { access, request, inBody } = asking
  const type = [...access.catalogue.types.values()].find(({ traits }) => traits.has(trait))
  if (!type) throw new Error(`No type has the trait ${trait}`)
  const targets = conditionsFor(access.grant(type.code))
  const faults: Fault[] = new FaultList()
  faults.push(...withConditions(asking.faults, targets))
  const periods = readPeriods(withoutFaultyPeriod(asking), access.context(), { inBody, faults })
  const { db } = asking
  const { administers, caller } = access
  const isByDepartment = request.groupBy === 'department'
  const departments = isByDepartment ? await knownDepartments(db, { userId: caller.userId, administers }) : []
  return { type: type.code, periods, conditions: await readConditions(asking, faults), departments, faults }
}

/** Leaves out a period of which a part has a fault, because the rest is not what was meant. */
function withoutFaultyPeriod({ request, faults }: ReportAsking): ReportRequest {
  const names = faults.map(({ parameter, pointer = '' }) => parameter ?? keysOf(pointer)[0])
  const { period: _, from: __, to: ___, ...others } = request
  return ['period', 'from', 'to'].some((name) => names.includes(name)) ? others : request
}

async function readConditions(
  { db, access, request, conditions: inUrl = {}, inBody }: ReportAsking,
  faults: Fault[],
): Promise<FurtherFilter[]> {
  const { pipelineId, responsibleId, departmentId } = request
  const named = Object.entries({ pipelineId, responsibleId })
  const conditions = named.flatMap(([field, value]) => (value ? [isOneOf(field, value)] : []))
  conditions.push(...readUrlConditions(inUrl, faults))
  if (!departmentId) return conditions
  const { administers, caller } = access
  const { members, unknown } = await membersOf(db, { userId: caller.userId, administers }, departmentId)
  for (const id of unknown) {
    const at = inBody ? { pointer: `/departmentId/${departmentId.indexOf(id)}` } : { parameter: 'departmentId' }
    faults.push({ ...at, code: 'not_found_reference', params: { type: 'department', id } })
  }
  return [...conditions, { ...isOneOf('responsibleId', members), pointer: '/departmentId' }]
}

function readUrlConditions(given: Readonly<Record<string, unknown>>, faults: Fault[]): FurtherFilter[] {
  const conditions = Object.entries(given).flatMap(([parameter, value]): FurtherFilter[] => {
    const found: Fault[] = []
    const read = readParameter(parameter, value, found) ?? []
    for (const fault of found) faults.push({ ...fault, parameter })
    return read.map((filter) => ({ pointer: pointerOf([parameter]), filter, isUrl: true }))
  })
  const { conditions: limit } = queryLimits
  if (conditions.length > limit) faults.push({ parameter: 'filter', code: 'filter_too_large', params: { limit } })
  return conditions
}

function isOneOf(field: string, value: unknown): FurtherFilter {
  return { pointer: `/${field}`, filter: { field, op: selects.values, value } }
}
