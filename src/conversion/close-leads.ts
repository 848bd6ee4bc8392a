import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { Value } from '../fields/value.ts'
import { entryOf } from '../history/write.ts'
import { saveChanges } from '../records/write/change.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { type Conversion, reject, writingTo } from './conversion.ts'
import { withLink } from './make-targets.ts'

/** Links the leads to their clients and moves them to the success stage. Returns the changes by the id of the lead. */
export async function closeLeads(
  trx: Transaction,
  writing: WriteContext,
  conversions: readonly Conversion[],
): Promise<Map<number, Record<string, [Value, Value]>>> {
  const { known } = writingTo(writing, 'deal', conversions)
  const changes = new Map(conversions.map((conversion) => [conversion, changeOf(writing, conversion)]))
  const outcomes = await saveChanges(trx, { ...writing, isSilent: true, ...(known && { known }) }, [
    ...changes.values(),
  ])
  for (const [conversion, { faults }] of changes) {
    for (const fault of faults) conversion.faults.push({ ...fault, pointer: `/lead${fault.pointer ?? ''}` })
    const outcome = outcomes.get(conversion.id)
    if (outcome && 'problem' in outcome) reject(conversion, { problem: outcome.problem, pointer: '/lead' })
  }
  return new Map([...changes.values()].map((change) => [change.id, entryOf(change).changes ?? {}]))
}

/** Returns the change that closes a lead. A move by hand needs the right to write the stage; a conversion is the move. */
function changeOf({ grant, context }: WriteContext, { id, state, made }: Conversion): Change {
  const { type, writable, catalogue } = grant
  const before = new Map(state)
  const after = new Map(state)
  const pipeline = catalogue.lookups.pipelines.get(type.id)?.find((one) => one.id === state.get('pipelineId'))
  const success = pipeline?.stages.find(({ semantic }) => semantic === 'success')
  if (success) after.set('stageId', success.id)
  if (made.company) after.set('companyId', made.company.id)
  if (made.contact) after.set('contacts', withLink(state.get('contacts') as Value[], made.contact.id))
  // `isRepeat` counts as given: the links that a conversion adds do not make the lead a repeat one.
  const given = new Map(['stageId', 'companyId', 'contacts', 'isRepeat'].map((key) => [key, after.get(key)]))
  return { type, context, id, before, after, given, faults: [], writable }
}
