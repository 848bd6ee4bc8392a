import { nearest } from '../../errors/nearest.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import { type Semantic, type Stage, semantics } from '../../fields/lookups.ts'
import { readLabels } from '../../http/labels.ts'
import type { Grant } from '../../rights/grant.ts'
import { mostStages, type NewStage, type StageChange } from './schemas.ts'

const colors: Record<Semantic, string> = { process: '#39A8EF', success: '#7BD500', failure: '#FF5752' }
const step = 10

/** Reads the stages of a new pipeline, in their order. Throws every fault. */
export function readStages(bodies: readonly NewStage[], grant: Grant): Stage[] {
  const faults: Fault[] = []
  const all = bodies.map((body) => body.id)
  const stages = bodies.map((body, index): Stage => {
    const pointer = `/stages/${index}`
    if (all.indexOf(body.id) < index) faults.push({ pointer: `${pointer}/id`, code: 'duplicate_value' })
    const sort = body.sort ?? (index + 1) * step
    return { ...newStage(body, sort), ...readRules(body, { grant, stageIds: all, pointer, faults }) }
  })
  checkPipeline(stages, faults, (index) => `/stages/${index}/semantic`)
  if (faults.length) throw invalid(faults)
  return stages
}

/** Reads a stage to add to a pipeline. Throws every fault. */
export function readStage(body: NewStage, present: readonly Stage[], grant: Grant): Stage {
  const faults: Fault[] = []
  const { semantic = 'process' } = body
  if (present.length >= mostStages) faults.push({ pointer: '', code: 'too_many_stages', params: { most: mostStages } })
  const before = present.filter((one) => semantics.indexOf(one.semantic) <= semantics.indexOf(semantic))
  const stageIds = [...present.map(({ id }) => id), body.id]
  const rules = readRules(body, { grant, stageIds, pointer: '', faults })
  const stage = { ...newStage(body, body.sort ?? sortAfter(before, present)), ...rules }
  checkPipeline([...present, stage], faults, (_, member) => (body.sort === undefined ? '/semantic' : `/${member}`))
  if (faults.length) throw invalid(faults)
  return stage
}

/** Reads a change of a stage and returns the changed stage. Throws every fault. */
export function readStageChange(
  body: StageChange,
  { stage, present, grant }: { stage: Stage; present: readonly Stage[]; grant: Grant },
): Stage {
  const faults: Fault[] = []
  const stageIds = present.map(({ id }) => id)
  const { name, color = stage.color, sort = stage.sort } = body
  const rules = readRules(body, { grant, stageIds, pointer: '', faults, before: stage })
  const changed = { ...stage, ...rules, name: name ? readLabels(name, stage.name) : stage.name, color, sort }
  const after = present.map((one) => (one.id === stage.id ? changed : one))
  checkPipeline(after, faults, () => '/sort')
  if (faults.length) throw invalid(faults)
  return changed
}

/** Reads the order of all stages of a pipeline and returns the stages with new positions. Throws every fault. */
export function readOrder(stageIds: readonly string[], present: readonly Stage[]): Stage[] {
  const faults: Fault[] = []
  const known = present.map(({ id }) => id)
  for (const [index, id] of stageIds.entries()) {
    const pointer = `/stageIds/${index}`
    if (!known.includes(id)) faults.push({ pointer, code: 'unknown_stage', params: { id }, allowed: known })
    else if (stageIds.indexOf(id) < index) faults.push({ pointer, code: 'duplicate_value' })
  }
  const missing = known.filter((id) => !stageIds.includes(id))
  if (missing.length) faults.push({ pointer: '/stageIds', code: 'missing_stages', allowed: missing })
  if (faults.length) throw invalid(faults)
  const ordered = stageIds.map((id, index) => ({ ...present.find((one) => one.id === id)!, sort: (index + 1) * step }))
  checkPipeline(ordered, faults, (index) => `/stageIds/${index}`)
  if (faults.length) throw invalid(faults)
  return ordered
}

function newStage({ id, name, semantic = 'process', color = colors[semantic] }: NewStage, sort: number): Stage {
  return { id, name: readLabels(name), semantic, color, sort, number: null, requiredFields: [], nextStages: null }
}

/** Returns a position after the stages `before` and before the others, or that of the last one if there is no room. */
function sortAfter(before: readonly Stage[], all: readonly Stage[]): number {
  const last = Math.max(0, ...before.map(({ sort }) => sort))
  const next = Math.min(...all.filter((one) => !before.includes(one)).map(({ sort }) => sort))
  return last + step < next ? last + step : Math.max(last, Math.floor((last + next) / 2))
}

/** Where the rules of a stage stand, and what they may name. */
interface RulesPlace {
  grant: Grant
  stageIds: readonly string[]
  pointer: string
  faults: Fault[]
  before?: Stage
}

function readRules(
  { requiredFields, nextStages }: Pick<NewStage, 'requiredFields' | 'nextStages'>,
  { grant, stageIds, pointer, faults, before }: RulesPlace,
): Pick<Stage, 'requiredFields' | 'nextStages'> {
  const { readable, writable } = grant
  const keys = requiredFields?.flatMap((path, index) => {
    const field = writable.get(path)
    if (field) return [field.key]
    const at = { pointer: `${pointer}/requiredFields/${index}` }
    const hint = nearest(path, writable.keys())
    faults.push(readable.has(path) ? { ...at, code: 'read_only' } : unknownNameFault(at, 'unknown_field', path, hint))
    return []
  })
  for (const [index, id] of (nextStages ?? []).entries()) {
    if (stageIds.includes(id)) continue
    faults.push({ pointer: `${pointer}/nextStages/${index}`, code: 'unknown_stage', params: { id }, allowed: stageIds })
  }
  const present = before?.requiredFields ?? []
  // Fields that the caller does not see stay required.
  const seen = new Set([...readable.values()].map(({ key }) => key))
  const unseen = present.filter((key) => !seen.has(key))
  return {
    requiredFields: keys ? [...new Set([...unseen, ...keys])] : present,
    nextStages: nextStages === undefined ? (before?.nextStages ?? null) : nextStages && [...new Set(nextStages)],
  }
}

/** Returns the pointer to a member of the stage with this index. */
type PointerOf = (index: number, member: 'semantic' | 'sort') => string

/** Adds the faults of a pipeline as a whole: the order of meanings, and exactly one success stage. */
function checkPipeline(stages: readonly Stage[], faults: Fault[], pointerOf: PointerOf): void {
  const indexes = (semantic: Semantic) => [...stages.keys()].filter((index) => stages[index]!.semantic === semantic)
  const [success, second] = indexes('success')
  if (success === undefined) faults.push({ pointer: '/stages', code: 'success_stage_required' })
  if (second !== undefined) faults.push({ pointer: pointerOf(second, 'semantic'), code: 'second_success_stage' })
  if (!indexes('process').length) faults.push({ pointer: '/stages', code: 'process_stage_required' })
  const places = stages.map(({ semantic, sort }, index) => ({ index, sort, rank: semantics.indexOf(semantic) }))
  places.sort((a, b) => a.sort - b.sort || a.index - b.index)
  const wrong = places.find(({ rank }, at) => at > 0 && rank < places[at - 1]!.rank)
  if (wrong && second === undefined) faults.push({ pointer: pointerOf(wrong.index, 'sort'), code: 'stage_order' })
}
