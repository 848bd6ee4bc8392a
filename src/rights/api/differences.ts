import type { Catalogue, EntityType } from '../../entities/catalogue.ts'
import { type Level, type LevelAt, levelsOf, operations, type Place } from '../levels.ts'
import type { Decision } from './find-roles.ts'
import type { RoleEffect } from './schemas.ts'
import { pipelinesOf } from './spots.ts'

/** The level of an operation before and after, for all stages that this names. */
interface Turn {
  pipelineId: number | null
  stageId: string | null
  before: Level
  after: Level
}

/** Returns the levels that differ between two lists of roles of a user. */
export function differences(
  before: readonly Decision[],
  after: readonly Decision[],
  catalogue: Catalogue,
): Omit<RoleEffect, 'userId'>[] {
  const [was, is] = [before, after].map(rightsOf)
  const ofSettings = { type: null, pipelineId: null, stageId: null, operation: 'settings' } as const
  const ofTypes = [...catalogue.types.values()].flatMap((type) => {
    const [levelBefore, levelAfter] = [was!.levelsOf(type), is!.levelsOf(type)]
    return operations.flatMap((operation) => {
      const turnAt = (place: Place | null): Turn => ({
        ...(place ?? { pipelineId: null, stageId: null }),
        before: levelBefore(operation, place),
        after: levelAfter(operation, place),
      })
      return turnsOf(type, catalogue, turnAt).map((turn) => ({ type: type.code, operation, ...turn }))
    })
  })
  return [{ ...ofSettings, before: was!.settings, after: is!.settings }, ...ofTypes].filter(
    (one) => one.before !== one.after,
  )
}

/** Returns the rights that roles give together. Administrators of the CRM may do everything. */
function rightsOf(roles: readonly Decision[]): { settings: Level; levelsOf(type: EntityType): LevelAt } {
  const settings = roles.some((role) => role.settings) ? 'all' : 'none'
  const cells = roles.flatMap((role) => role.cells.map((cell) => ({ ...cell, roleId: role.id })))
  const byType = Map.groupBy(cells, ({ typeId }) => typeId)
  return { settings, levelsOf: ({ id }) => (settings === 'all' ? () => 'all' : levelsOf(byType.get(id) ?? [])) }
}

/** Returns the turns at all stages of a type. Equal turns of a pipeline or of the whole type become one. */
function turnsOf(type: EntityType, catalogue: Catalogue, turnAt: (place: Place | null) => Turn): Turn[] {
  const pipelines = pipelinesOf(catalogue, type)
  if (!pipelines.length) return [turnAt(null)]
  const ofPipelines = pipelines.flatMap(({ id: pipelineId, stages }) =>
    merged(
      stages.map(({ id: stageId }) => turnAt({ pipelineId, stageId })),
      { pipelineId, stageId: null },
    ),
  )
  return merged(ofPipelines, { pipelineId: null, stageId: null })
}

function merged(turns: readonly Turn[], whole: Pick<Turn, 'pipelineId' | 'stageId'>): Turn[] {
  const [first] = turns
  const isEqual = turns.every(({ before, after }) => before === first?.before && after === first.after)
  return first && isEqual ? [{ ...first, ...whole }] : [...turns]
}
