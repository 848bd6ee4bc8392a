import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { detailOf } from '../../errors/detail.ts'
import { pointerOf } from '../../errors/json-pointer.ts'
import { type Fault, Problem } from '../../errors/problem.ts'
import { answerIndex } from '../../idempotency/once.ts'
import type { Access } from '../../rights/access.ts'
import { DeniedItems, withoutDenied } from '../write/denied.ts'
import { type OnCreatedOf, type OnDuplicate, retryOnTakenKey } from '../write/write-context.ts'
import { type BatchOperation, isReference, resolvedData, resolvedId } from './batch-references.ts'
import { type Operation, type OperationOutcome, performAlike, writingOf } from './operations.ts'
import { planBatch } from './plan-batch.ts'
import { type PlannedOperation, readBatch } from './read-batch.ts'

/** A batch request. */
export interface BatchRequest {
  atomic: boolean
  operations: readonly BatchOperation[]
  /** The only record type of the batch, if the route has one. */
  type: string | undefined
  dryRun: boolean
  onCreatedOf?: OnCreatedOf | undefined
  onDuplicate?: OnDuplicate | undefined
}

/**
 * Performs up to a thousand operations with few statements, and runs `finish` in the same transaction. An atomic batch
 * succeeds or fails as a whole. Otherwise each operation succeeds or fails alone, and operations that refer to a failed
 * one fail too. Throws the faults of the request, and `BatchFailed`.
 */
export async function performBatch<T>(
  db: Database,
  access: Access,
  request: BatchRequest,
  finish: (trx: Transaction, perform: () => Promise<OperationOutcome[]>) => Promise<T>,
): Promise<T> {
  const planned = readBatch(access, request.operations, request.type)
  const options = { retryOnUnique: [...retryOnTakenKey.retryOnUnique, answerIndex], dryRun: request.dryRun }
  return await withoutDenied(
    db,
    (trx, denied) => finish(trx, () => attempt(trx, access, planned, { ...request, denied })),
    options,
  )
}

/** Thrown when an operation of an atomic batch fails and the batch is rolled back. */
export class BatchFailed extends Error {
  /** The outcome of each operation, in the order of the request. */
  readonly outcomes: readonly OperationOutcome[]

  constructor(outcomes: OperationOutcome[]) {
    super('the batch failed')
    this.outcomes = outcomes
  }

  /** Returns the faults of all operations that failed on their own. */
  faults(): Fault[] {
    return this.outcomes.flatMap((outcome, index) => ('problem' in outcome ? faultsOf(outcome.problem, index) : []))
  }
}

function faultsOf(problem: Problem, index: number): readonly Fault[] {
  if (problem.code === 'dependency_failed') return []
  if (problem.faults.length) return problem.faults
  const [en, ru] = (['en', 'ru'] as const).map((language) => detailOf(problem, language).replace(/\.$/, ''))
  return [
    { pointer: pointerOf(['operations', index]), code: 'operation_failed', params: { problem: { en: en!, ru: ru! } } },
  ]
}

async function attempt(
  trx: Transaction,
  access: Access,
  planned: readonly PlannedOperation[],
  {
    atomic,
    denied,
    onCreatedOf,
    onDuplicate,
  }: Pick<BatchRequest, 'atomic' | 'onCreatedOf' | 'onDuplicate'> & { denied: ReadonlyMap<number, Problem> },
): Promise<OperationOutcome[]> {
  const unperformed = { problem: new Problem('dependency_failed') }
  const outcomes: OperationOutcome[] = planned.map(() => unperformed)
  const ids = new Map<string, number>()
  for (const group of await planBatch(trx, access, planned)) {
    const ready = group.filter((index) => refersToDone(planned[index]!, ids))
    for (const index of ready.filter((index) => denied.has(index))) outcomes[index] = { problem: denied.get(index)! }
    const done = ready.filter((index) => !denied.has(index))
    const [first] = done
    if (first === undefined) continue
    const writing = writingOf(access, planned[first]!.type.code, onCreatedOf, onDuplicate)
    const performed = await performAlike(
      trx,
      writing,
      done.map((index) => operationOf(planned[index]!, ids)),
    )
    for (const [at, index] of done.entries()) outcomes[index] = placed(performed[at]!, index)
    const written = done.flatMap((index) => deniedOf(outcomes[index]!, index))
    if (written.length && !atomic) throw new DeniedItems(new Map(written))
    for (const index of done) {
      const [outcome, name] = [outcomes[index]!, planned[index]!.operation.as]
      if (name !== undefined && !('problem' in outcome)) ids.set(name, outcome.id)
    }
  }
  const failed = outcomes.some((outcome) => 'problem' in outcome)
  if (!atomic || !failed) return outcomes
  throw new BatchFailed(outcomes.map((one) => ('problem' in one ? one : unperformed)))
}

function refersToDone({ references }: PlannedOperation, ids: ReadonlyMap<string, number>): boolean {
  return references.every(({ name }) => ids.has(String(name)))
}

function operationOf(
  { operation, type, references, external, ifMatch }: PlannedOperation,
  ids: ReadonlyMap<string, number>,
): Operation {
  const id = operation.id === undefined ? undefined : Number(resolvedId(operation.id, ids))
  // The caller cannot know the version of a record that this batch has written.
  const condition = ifMatch ?? (isReference(operation.id) ? 'any' : undefined)
  const { data } = operation
  const input = data && references.length ? resolvedData(data, type, ids) : data
  return { op: operation.op, type: type.code, id, external, ifMatch: condition, input }
}

function deniedOf(outcome: OperationOutcome, index: number): [number, Problem][] {
  return 'problem' in outcome && outcome.isWritten ? [[index, outcome.problem]] : []
}

/** Moves the pointers of a record's faults to their places in the body of the batch. */
function placed(outcome: OperationOutcome, index: number): OperationOutcome {
  if (!('problem' in outcome) || !outcome.problem.faults.length) return outcome
  const { code, params, faults, headers, extra } = outcome.problem
  const start = pointerOf(['operations', index, 'data'])
  const moved = faults.map((fault) => ({ ...fault, pointer: `${start}${fault.pointer ?? ''}` }))
  return { ...outcome, problem: new Problem(code, params, { faults: moved, headers, extra }) }
}
