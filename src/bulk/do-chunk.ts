import type { Transaction } from '../database/transaction.ts'
import { paramsOf } from '../errors/messages.ts'
import type { Fault, Params, Problem } from '../errors/problem.ts'
import type { JobFault } from '../jobs/faults.ts'
import { DeniedItems } from '../records/write/denied.ts'
import type { SkippedField } from '../records/write/revert-changes.ts'
import type { WriteContext } from '../records/write/write-context.ts'

/** A record of a job and its place in the order. */
export interface Target {
  place: number
  typeId: number
  recordId: number
}

/** The result for a record; `left` lists the parts that were skipped. */
export type TargetOutcome = ({ id: number } | { problem: Problem; isWritten?: boolean }) & {
  left?: readonly SkippedField[]
}

/** The counters at the start of a job. Each of the records is done, failed, or left in whole or in part. */
export const noCounters = { records: 0, done: 0, failed: 0, left: 0 }

/** Processes a chunk of records and returns their results in the same order. */
export type TargetWork = (
  trx: Transaction,
  writing: WriteContext,
  targets: readonly Target[],
) => Promise<readonly TargetOutcome[]>

/** Processes one chunk without the denied records, by place. Throws DeniedItems when further records turn out to be denied. */
export async function doChunk(
  trx: Transaction,
  writing: WriteContext,
  targets: readonly Target[],
  { denied, work }: { denied: ReadonlyMap<number, Problem>; work: TargetWork },
) {
  const tried = targets.filter(({ place }) => !denied.has(place))
  const outcomes = await work(trx, writing, tried)
  const written = tried.flatMap(({ place }, index): [number, Problem][] => {
    const outcome = outcomes[index]!
    return 'problem' in outcome && outcome.isWritten ? [[place, outcome.problem]] : []
  })
  if (written.length) throw new DeniedItems(new Map(written))
  const all = [
    ...tried.map((target, index) => ({ target, outcome: outcomes[index]! })),
    ...targets.flatMap((target) => {
      const problem = denied.get(target.place)
      return problem ? [{ target, outcome: { problem } as TargetOutcome }] : []
    }),
  ]
  const failed = all.filter(({ outcome }) => 'problem' in outcome).length
  const left = all.filter(({ outcome }) => !('problem' in outcome) && outcome.left?.length).length
  return {
    items: all.length,
    counters: { records: all.length, done: all.length - failed - left, failed, left },
    faults: all.flatMap(({ target, outcome }) => faultsOf(target, outcome)),
  }
}

function faultsOf({ recordId, typeId }: Target, outcome: TargetOutcome): JobFault[] {
  const fault = (code: string, column: string | null, params: Params): JobFault => ({
    recordId,
    typeId,
    column,
    severity: 'error',
    code,
    params,
  })
  const left = (outcome.left ?? []).map(({ path, code, params }) => ({
    ...fault(code, path, params ?? {}),
    severity: 'warning' as const,
  }))
  if (!('problem' in outcome)) return left
  const { code, params, faults } = outcome.problem
  if (!faults.length) return [fault(code, null, params), ...left]
  return [...faults.map((one) => fault(one.code, pathOf(one), paramsOf(one))), ...left]
}

function pathOf({ pointer = '' }: Fault): string | null {
  const [, first = '', second = ''] = pointer.split('/')
  return first ? (first === 'userFields' ? `${first}.${second}` : first) : null
}
