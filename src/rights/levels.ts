import { type ScopeOperation, scopeOperations } from '../people/scopes.ts'

/** The operations on records that roles decide. Scopes of keys name the same ones. */
export const operations = scopeOperations
/** An operation on records. */
export type Operation = ScopeOperation

/**
 * The levels of a right, each with the records of the levels before it: no records, those of the user, of the user's
 * departments, also of the departments below them, also those that are opened to everyone, and all records.
 */
export const levels = ['none', 'own', 'department', 'subdepartments', 'opened', 'all'] as const
/** How many records an operation reaches. */
export type Level = (typeof levels)[number]

/** The levels that a role gives for a record type, for one of its pipelines, or for one stage. */
export interface Cell {
  roleId: number
  typeId: number
  pipelineId: number | null
  stageId: string | null
  /** An operation that is missing is not decided here. */
  levels: Readonly<Partial<Record<Operation, Level>>>
}

/** A stage of a pipeline. */
export interface Place {
  pipelineId: number
  stageId: string
}

/** Returns the level of an operation on records in a stage, or on records without stages. */
export type LevelAt = (operation: Operation, place: Place | null) => Level

/**
 * Returns the levels that the cells of a user's roles for one type give. Levels for the stage itself go before inherited
 * ones, also when they are smaller. A role inherits the level of the pipeline, else that of the type. The largest level
 * of all roles counts.
 */
export function levelsOf(cells: readonly Cell[]): LevelAt {
  const bySpot = Map.groupBy(cells, ({ pipelineId, stageId }) => spotOf(pipelineId, stageId))
  const inherited = new Map<string, Level>()
  const at = (pipelineId: number | null, stageId: string | null, operation: Operation) =>
    (bySpot.get(spotOf(pipelineId, stageId)) ?? []).filter((cell) => cell.levels[operation] !== undefined)
  const inherit = (operation: Operation, pipelineId: number | null): Level => {
    const ofPipeline = pipelineId === null ? [] : at(pipelineId, null, operation)
    const decided = new Set(ofPipeline.map(({ roleId }) => roleId))
    const ofType = at(null, null, operation).filter(({ roleId }) => !decided.has(roleId))
    return largest([...ofPipeline, ...ofType], operation)
  }
  return (operation, place) => {
    const explicit = place ? at(place.pipelineId, place.stageId, operation) : []
    if (explicit.length) return largest(explicit, operation)
    const name = `${operation} ${place?.pipelineId}`
    const known = inherited.get(name) ?? inherit(operation, place?.pipelineId ?? null)
    inherited.set(name, known)
    return known
  }
}

function spotOf(pipelineId: number | null, stageId: string | null): string {
  return `${pipelineId}/${stageId}`
}

function largest(cells: readonly Cell[], operation: Operation): Level {
  const ranks = cells.map((cell) => levels.indexOf(cell.levels[operation] ?? 'none'))
  return levels[Math.max(0, ...ranks)]!
}
