import type { Transaction } from '../../database/transaction.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { holdersOf } from '../write/external-keys.ts'
import { lockInOrder, type PlannedWrites } from '../write/locks.ts'
import { lockCounters } from '../write/numbers.ts'
import { claimsOf, keyName, keysIn } from './batch-conflicts.ts'
import { wavesOf } from './batch-schedule.ts'
import type { PlannedOperation } from './read-batch.ts'

/**
 * Locks all records of a batch in the common lock order, before the first operation. Returns groups of operation
 * indexes that can run together. Running the groups in order has the same effect as running the operations in order.
 */
export async function planBatch(
  trx: Transaction,
  access: Access,
  operations: readonly PlannedOperation[],
): Promise<number[][]> {
  const ofTypes = [...Map.groupBy(operations, ({ type }) => type.code)].map(([code, list]) => ({
    grant: access.grant(code),
    list,
  }))
  const holders = await holdersByName(trx, ofTypes)
  const linked = await lockInOrder(
    trx,
    ofTypes.map(({ grant, list }): PlannedWrites => ({ grant, items: list.map((one) => itemOf(one, holders)) })),
  )
  const numbering = ofTypes.filter(({ list }) =>
    list.some(({ operation: { op } }) => op === 'create' || op === 'upsert'),
  )
  await lockCounters(
    trx,
    numbering.map(({ grant }) => grant),
    access.context(),
  )
  return groupsOf(operations, wavesOf(claimsOf(operations, { holders, linked })))
}

type OfType = { grant: Grant; list: readonly PlannedOperation[] }

/** Returns the ids of the records with the external keys of the operations. */
async function holdersByName(trx: Transaction, ofTypes: readonly OfType[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const { grant, list } of ofTypes) {
    const keys = list.flatMap(keysIn)
    const holders = await holdersOf(trx, grant, keys)
    for (const [text, { id }] of holders) found.set(`${grant.type.code} ${text}`, id)
  }
  return found
}

function itemOf({ operation, type, external }: PlannedOperation, holders: ReadonlyMap<string, number>) {
  const { id, data } = operation
  const held = external && holders.get(keyName(type.code, external))
  return { id: typeof id === 'number' ? id : held, input: data }
}

/** Groups the indexes of operations that can run together, in the order in which the groups must run. */
function groupsOf(operations: readonly PlannedOperation[], waves: readonly number[]): number[][] {
  const places = operations.map((_, index) => index).sort((a, b) => waves[a]! - waves[b]! || a - b)
  const nameOf = (index: number) => {
    const { type, operation } = operations[index]!
    return `${waves[index]} ${type.code} ${operation.op}`
  }
  return [...Map.groupBy(places, nameOf).values()]
}
