import type { Transaction } from '../../database/transaction.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { holdersOf } from '../write/external-keys.ts'
import { lockInOrder, type Planned } from '../write/locks.ts'
import { lockCounters } from '../write/numbers.ts'
import { claimsOf, keyName, keysIn } from './batch-conflicts.ts'
import { wavesOf } from './batch-schedule.ts'
import type { PlannedOperation } from './read-batch.ts'

/**
 * Locks what the operations of a batch are about before the first is done, in the order that everybody keeps, and sorts
 * their places into groups that can be done together, in an order that has the effect of the listed one.
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
    ofTypes.map(({ grant, list }): Planned => ({ grant, items: list.map((one) => itemOf(one, holders)) })),
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

/** Ids of the records that hold the keys which operations name. */
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

/** The places of operations that can be done together, in an order in which all can be done. */
function groupsOf(operations: readonly PlannedOperation[], waves: readonly number[]): number[][] {
  const places = operations.map((_, index) => index).sort((a, b) => waves[a]! - waves[b]! || a - b)
  const nameOf = (index: number) => {
    const { type, operation } = operations[index]!
    return `${waves[index]} ${type.code} ${operation.op}`
  }
  return [...Map.groupBy(places, nameOf).values()]
}
