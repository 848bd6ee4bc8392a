import type { Transaction } from '../../database/transaction.ts'
import { createUnlessKnown } from '../../duplicates/on-entry/create-unless-known.ts'
import { Problem } from '../../errors/problem.ts'
import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordNotFound } from '../list/read-record.ts'
import { type ChangeItem, changeRecords } from '../write/change.ts'
import { deleteRecords } from '../write/delete.ts'
import { holdersOf, type KeyHolder, keyText, withKey } from '../write/external-keys.ts'
import type { Precondition } from '../write/precondition.ts'
import type { OnCreatedOf, OnDuplicate, Outcome, WriteContext } from '../write/write-context.ts'

/** The operations on a record. */
export const operationNames = ['create', 'update', 'upsert', 'delete'] as const
export type OperationName = (typeof operationNames)[number]

/** A write to one record, selected by its id or by an external key. */
export interface Operation {
  op: OperationName
  type: string
  id?: number | undefined
  external?: ExternalId | undefined
  ifMatch?: Precondition | undefined
  /** Whether an upsert may only create. */
  onlyNew?: boolean
  input: unknown
}

/** The outcome of an operation. `created` is true if the operation created the record. */
export type OperationOutcome = Outcome & { created?: boolean }

/**
 * Performs operations of one record type and one kind together. If two turn out to select the same record, by its id
 * and by its external key, they run one after the other.
 */
export async function performAlike(
  trx: Transaction,
  writing: WriteContext,
  operations: readonly Operation[],
  isLast = false,
): Promise<OperationOutcome[]> {
  const keys = operations.flatMap(({ external }) => external ?? [])
  const holders = await holdersOf(trx, writing.grant, keys)
  const targets = operations.map((operation) => targetOf(operation, writing, holders))
  const done: OperationOutcome[] = []
  let waiting = operations.map((_, index) => index)
  while (waiting.length) {
    const ids = waiting.map((index) => targets[index]?.id)
    const now = waiting.filter((_, at) => ids[at] === undefined || ids.indexOf(ids[at]) === at)
    const outcomes = await performEach(
      trx,
      writing,
      now.map((index) => ({ operation: operations[index]!, target: targets[index]! })),
    )
    for (const [at, index] of now.entries()) done[index] = outcomes[at]!
    // Another request took the key after the search for it. Its record can be found now.
    const lost = operations.filter((one, index) => one.op === 'upsert' && now.includes(index) && isTaken(done[index]))
    if (lost.length && !isLast) {
      const again = await performAlike(trx, writing, lost, true)
      for (const [at, one] of lost.entries()) done[operations.indexOf(one)] = again[at]!
    }
    waiting = waiting.filter((index) => !now.includes(index))
  }
  return done
}

function isTaken(outcome: OperationOutcome | undefined): boolean {
  return outcome !== undefined && 'problem' in outcome && outcome.problem.code === 'external_id_taken'
}

/** Gives problems of preconditions without a version the same form as those with one. */
const unmetByNone = { extra: { version: null, fields: [] } }

/** The record of an operation, if it exists, or the problem that prevents the operation. */
type Target = { id?: number | undefined; problem?: Problem }

function targetOf(operation: Operation, { grant }: WriteContext, holders: Map<string, KeyHolder>): Target {
  const { op, id, external } = operation
  if (!external) return refusalOf(operation, grant) ?? { id }
  const named = { type: grant.type.code, id: `${external.source}/${external.key}` }
  const holder = holders.get(keyText(external))
  if (holder?.isVisible) {
    if (operation.onlyNew) return { problem: new Problem('record_exists', named, unmetByNone) }
    return refusalOf(operation, grant) ?? { id: holder.id }
  }
  if (op !== 'upsert') return { problem: recordNotFound(grant, named.id) }
  if (holder) return { problem: new Problem('external_id_taken', { ...external }) }
  return operation.ifMatch === undefined ? {} : { problem: new Problem('nothing_matches', named, unmetByNone) }
}

/** Returns a problem if the setting `requireIfMatch` requires a precondition and the operation has none. */
function refusalOf({ op, ifMatch }: Operation, { catalogue }: Grant): Target | undefined {
  if (op === 'create' || ifMatch !== undefined || !catalogue.lookups.settings.requireIfMatch) return
  return { problem: new Problem('precondition_required') }
}

type TargetedOperation = { operation: Operation; target: Target }

async function performEach(
  trx: Transaction,
  writing: WriteContext,
  all: readonly TargetedOperation[],
): Promise<OperationOutcome[]> {
  const isDelete = ({ operation }: TargetedOperation) => operation.op === 'delete'
  const lists = {
    refused: all.filter(({ target }) => target.problem),
    created: all.filter(({ target }) => !target.problem && target.id === undefined),
    changed: all.filter((one) => one.target.id !== undefined && !isDelete(one)),
    deleted: all.filter((one) => one.target.id !== undefined && isDelete(one)),
  }
  const changes = lists.changed.map(
    ({ operation: { op, input, ifMatch, external }, target }): ChangeItem => ({
      id: target.id!,
      input,
      ifMatch,
      kept: op === 'upsert' ? external : undefined,
    }),
  )
  const bodies = lists.created.map(({ operation: { input, external } }) =>
    external ? withKey(input, external) : input,
  )
  const deletions = lists.deleted.map(({ operation, target }) => ({ id: target.id!, ifMatch: operation.ifMatch }))
  const created = bodies.length ? await createUnlessKnown(trx, writing, bodies) : []
  const changed = changes.length ? await changeRecords(trx, writing, changes) : []
  const deleted = deletions.length ? await deleteRecords(trx, writing, deletions) : []
  const outcomes = new Map<TargetedOperation, OperationOutcome>()
  for (const one of lists.refused) outcomes.set(one, { problem: one.target.problem! })
  for (const [index, one] of lists.created.entries()) outcomes.set(one, { created: true, ...created[index]! })
  for (const [index, one] of lists.changed.entries()) outcomes.set(one, changed[index]!)
  for (const [index, one] of lists.deleted.entries()) outcomes.set(one, { version: 0, body: '', ...deleted[index]! })
  return all.map((one) => outcomes.get(one)!)
}

/** Returns the grant and context for API writes of a caller to a record type. */
export function writingOf(
  access: Access,
  typeCode: string,
  onCreatedOf?: OnCreatedOf,
  onDuplicate?: OnDuplicate,
): WriteContext {
  const grant = access.grant(typeCode)
  const onCreated = onCreatedOf?.(grant)
  return { grant, context: access.context(), via: 'api', ...(onCreated && { onCreated }), onDuplicate }
}
