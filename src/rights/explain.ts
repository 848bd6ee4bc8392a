import { type Cell, type Level, levels, type Operation, type Place } from './levels.ts'

/** A role of a user. */
export interface ExplainedRole {
  id: number
  settings: boolean
}

/** Where a role decides about an operation: for the stage, the pipeline or the type, or by the right to change settings. */
export const verdictSources = ['stage', 'pipeline', 'type', 'settings'] as const

/** What one role decides about an operation. */
export interface Verdict {
  roleId: number
  level: Level
  from: (typeof verdictSources)[number]
  /** Whether the level counts. It does not if a level of another role goes before it. */
  counts: boolean
}

/**
 * Returns what each role of a user decides about an operation on records of one type in a stage. A role that decides
 * nothing is left out. The largest level that counts is the level of the user: that of `levelsOf`, or all by the right
 * to change settings.
 */
export function explain(
  roles: readonly ExplainedRole[],
  cells: readonly Cell[],
  operation: Operation,
  place: Place | null,
): Verdict[] {
  const byRole = Map.groupBy(cells, ({ roleId }) => roleId)
  const verdicts = roles.flatMap(({ id, settings }): Omit<Verdict, 'counts'>[] => {
    if (settings) return [{ roleId: id, level: 'all', from: 'settings' }]
    const own = byRole.get(id) ?? []
    const found = closest(
      own.filter(({ levels }) => levels[operation] !== undefined),
      place,
    )
    return found ? [{ roleId: id, level: found.cell.levels[operation] ?? 'none', from: found.from }] : []
  })
  const first = (['settings', 'stage'] as const).find((source) => verdicts.some(({ from }) => from === source))
  return verdicts.map((verdict) => ({ ...verdict, counts: first === undefined || verdict.from === first }))
}

/** Returns the level that verdicts give together. */
export function levelBy(verdicts: readonly Verdict[]): Level {
  const ranks = verdicts.filter(({ counts }) => counts).map(({ level }) => levels.indexOf(level))
  return levels[Math.max(0, ...ranks)] ?? 'none'
}

/** Returns the cell of a role that is closest to a stage. */
function closest(cells: readonly Cell[], place: Place | null) {
  const spots = [
    { from: 'stage', pipelineId: place?.pipelineId, stageId: place?.stageId },
    { from: 'pipeline', pipelineId: place?.pipelineId, stageId: null },
    { from: 'type', pipelineId: null, stageId: null },
  ] as const
  for (const { from, pipelineId, stageId } of spots) {
    const cell = cells.find((one) => one.pipelineId === pipelineId && one.stageId === stageId)
    if (cell) return { from, cell }
  }
  return
}
