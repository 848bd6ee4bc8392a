import type { Static } from 'typebox'
import { labelFor } from '../../http/labels.ts'
import type { Access } from '../access.ts'
import { levelsOf, operations, type Place } from '../levels.ts'
import type { MyAccess } from './explain-schemas.ts'
import type { RolePermission } from './schemas.ts'
import { pipelinesOf } from './spots.ts'
import type { Subject } from './subject.ts'

/** Returns what a user may do, and why. */
export function explainUser(
  subject: Subject,
  { catalogue, language }: Access,
  hiddenInMenu: boolean,
): Static<typeof MyAccess> {
  const { userId, administrator, settings, roles, reason } = subject
  return {
    ...{ userId, administrator, settings },
    crm: { available: reason === null, reason, hiddenInMenu },
    roles: roles.map(({ id, name, through }) => ({ id, name: labelFor(name, language), through })),
    permissions: permissionsOf(subject, catalogue),
  }
}

/** Returns the levels over all roles: for each type, and for the pipelines and stages that differ from it. */
function permissionsOf({ settings, rights }: Subject, catalogue: Access['catalogue']): Static<typeof RolePermission>[] {
  return [...catalogue.types.values()].flatMap((type) => {
    const levelAt = levelsOf(rights.cells.get(type.id) ?? [])
    const rowAt = (place: Place | null, spot = place ?? { pipelineId: null, stageId: null }) => ({
      ...{ type: type.code, ...spot },
      operations: Object.fromEntries(operations.map((one) => [one, settings ? 'all' : levelAt(one, place)])),
    })
    const whole = rowAt(null)
    const differing = pipelinesOf(catalogue, type).flatMap(({ id: pipelineId, stages }) => {
      const rows = stages.map(({ id: stageId }) => rowAt({ pipelineId, stageId }))
      const [first] = rows
      const isUniform = rows.every((row) => isAlike(row, first!))
      const least = first && isUniform ? [{ ...first, stageId: null }] : rows
      return least.filter((row) => !isAlike(row, whole))
    })
    return [whole, ...differing]
  })
}

function isAlike(a: { operations: object }, b: { operations: object }): boolean {
  return JSON.stringify(a.operations) === JSON.stringify(b.operations)
}
