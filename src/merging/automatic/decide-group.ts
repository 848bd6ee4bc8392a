import { fieldOf, isSingle } from '../../duplicates/comparing.ts'
import { checkAutomaticMerge } from '../../duplicates/model/automatic.ts'
import type { Conflict } from '../../duplicates/model/conflicts.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import type { Value } from '../../fields/value.ts'
import { placeKeys } from '../../pipelines/stage-history.ts'
import { mostMerged } from '../merge-request.ts'
import { chooseValues } from './choose-values.ts'
import type { Deciding, Evidence } from './evidence.ts'

/** Why a group is left for a person, as a counter and as a fault. */
export const leftReasons = {
  changed: 'group_changed',
  dismissed: 'group_dismissed',
  undone: 'group_undone',
  tooLarge: 'group_too_large',
  otherResponsible: 'other_responsible',
  otherStage: 'other_stage',
  conflicts: 'values_differ',
  uncertain: 'group_uncertain',
} as const

type Reason = keyof typeof leftReasons

/** Whether a group may become one record without a person. */
export interface Decision {
  /** Why it may not. */
  left?: Reason | undefined
  /** The paths of the fields whose values a person has to choose. */
  conflicts: string[]
  /** The values that the survivor gets instead of its own, by the key of the field. */
  values: ReadonlyMap<string, Value>
}

/** Decides whether the records of a group may become one without a person, by the fields that the caller sees. */
export function decideGroup({ grant, judge }: Deciding, evidence: Evidence, ids: readonly number[]): Decision {
  const states = ids.flatMap((id) => evidence.states.get(id) ?? [])
  const left = ids.length > mostMerged ? 'tooLarge' : states.length < ids.length ? 'changed' : undefined
  if (left) return { left, conflicts: [], values: new Map() }
  const { comparisons } = judge.comparing
  const merge = checkAutomaticMerge(
    ids.map((id) => evidence.compared.get(id)!),
    comparisons,
    (path) => isSingle(grant.type, path),
    (a, b) => judge.score(judge.compare(a, b)),
  )
  const chosen = chooseValues({ fields: [...grant.readable.values()], comparisons }, states)
  const compared = merge.conflicts.flatMap((conflict) => pathOf(grant.type, conflict) ?? [])
  const conflicts = [...new Set([...compared, ...chosen.conflicts])]
  const reasons: readonly (readonly [Reason, boolean])[] = [
    ['dismissed', hasPair(evidence.dismissed, ids)],
    ['undone', hasPair(evidence.undone, ids)],
    ['otherResponsible', conflicts.includes('responsibleId')],
    ['otherStage', placeKeys.some((key) => conflicts.includes(key))],
    ['conflicts', conflicts.length > 0],
    ['uncertain', !merge.allowed],
  ]
  return { left: reasons.find(([, holds]) => holds)?.[0], conflicts, values: chosen.values }
}

/** Returns the field with one value that a conflict is about. */
function pathOf(type: EntityType, { code, paths }: Conflict): string | undefined {
  const single = paths.filter((path) => isSingle(type, path))
  const path = single.find((one) => one === code) ?? single[0]
  return path && fieldOf(path)
}

function hasPair(pairs: ReadonlySet<string>, ids: readonly number[]): boolean {
  return pairs.size > 0 && ids.some((a) => ids.some((b) => pairs.has(`${a} ${b}`)))
}
