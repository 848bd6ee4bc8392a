import type { Catalogue, EntityType } from '../../entities/catalogue.ts'
import type { Pipeline } from '../../fields/lookups.ts'
import type { RoleCell } from './find-roles.ts'

/** What levels are for: a type, one of its pipelines, or one stage. */
export interface Spot {
  type: EntityType
  pipelineId: number | null
  stageId: string | null
}

/** Returns the pipelines of a type. It has none if its records have no stages. */
export function pipelinesOf({ lookups }: Catalogue, { id }: Pick<EntityType, 'id'>): readonly Pipeline[] {
  return lookups.pipelines.get(id) ?? []
}

/** Returns a name for what a cell is about. */
export function nameOfSpot({ typeId, pipelineId, stageId }: Omit<RoleCell, 'levels'>): string {
  return `${typeId}/${pipelineId}/${stageId}`
}

/** Returns everything that roles decide about, in the order in which it is shown. */
export function spotsOf(catalogue: Catalogue): Spot[] {
  return [...catalogue.types.values()].flatMap((type) => [
    { type, pipelineId: null, stageId: null },
    ...pipelinesOf(catalogue, type).flatMap(({ id: pipelineId, stages }) => [
      { type, pipelineId, stageId: null },
      ...stages.map(({ id: stageId }) => ({ type, pipelineId, stageId })),
    ]),
  ])
}

/** Returns a function that finds the levels that cells give for a spot itself. */
export function levelsAt(cells: readonly RoleCell[]): (spot: Spot) => RoleCell['levels'] | undefined {
  const byName = new Map(cells.map((cell) => [nameOfSpot(cell), cell.levels]))
  return ({ type, pipelineId, stageId }) => byName.get(nameOfSpot({ typeId: type.id, pipelineId, stageId }))
}
