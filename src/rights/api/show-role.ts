import type { Catalogue } from '../../entities/catalogue.ts'
import { labelFor } from '../../http/labels.ts'
import type { Access } from '../access.ts'
import { type Operation, operations } from '../levels.ts'
import type { Role, RoleCell, StoredRole } from './find-roles.ts'
import type { RoleComparison, RoleDocument } from './schemas.ts'
import { levelsAt, spotsOf } from './spots.ts'

/** Returns a role in the form of responses. */
export function shownRole(
  { id, name, settings, cells, members }: StoredRole,
  { catalogue, language }: Access,
  all?: 'all',
): RoleDocument {
  const at = levelsAt(cells)
  const permissions = spotsOf(catalogue).flatMap((spot) => {
    const { type, ...place } = spot
    const levels = at(spot)
    return levels ? [{ type: type.code, ...place, operations: ordered(levels) }] : []
  })
  return { id, name: labelFor(name, language, all), settings, permissions, members }
}

/** Returns levels in the order of operations. Postgres does not keep the order of keys. */
function ordered(levels: RoleCell['levels']): RoleCell['levels'] {
  const given = operations.filter((operation) => levels[operation])
  return Object.fromEntries(given.map((operation) => [operation, levels[operation]]))
}

/** Returns the settings and the levels in which two roles differ. A type without a level has the level `none`. */
export function compareRoles(role: StoredRole, other: StoredRole, catalogue: Catalogue): RoleComparison {
  const [own, others] = [role, other].map(levelOf)
  const permissions = spotsOf(catalogue).flatMap((spot) =>
    operations
      .map((operation) => ({ operation, level: own!(spot, operation), withLevel: others!(spot, operation) }))
      .filter(({ level, withLevel }) => level !== withLevel)
      .map((levels) => ({ ...spot, type: spot.type.code, ...levels })),
  )
  const settings = role.settings === other.settings ? null : { value: role.settings, withValue: other.settings }
  return { id: role.id, with: other.id, settings, permissions }
}

function levelOf({ cells }: Role) {
  const at = levelsAt(cells)
  return (spot: Parameters<typeof at>[0], operation: Operation) =>
    at(spot)?.[operation] ?? (spot.pipelineId === null ? 'none' : null)
}
