import type { Transaction } from '../../database/transaction.ts'
import type { Change, PresentRecord } from '../../entities/change.ts'
import { Problem } from '../../errors/problem.ts'
import { isNothing } from '../../fields/value.ts'
import { changeRecords } from '../../records/write/change.ts'
import { createDrafts, createRecords, draftRecords } from '../../records/write/create.ts'
import type { Outcome, WriteContext } from '../../records/write/write-context.ts'
import { type Found, findCertain, requireDuplicates, shownMatches } from '../find-matches.ts'
import { duplicateKeys } from '../keys.ts'
import { bodyOf, given, missingItems } from './body-of-change.ts'
import { lockKeys } from './lock-keys.ts'

/** The outcome of a creation. `created` is false if a duplicate was changed instead. */
export type CreationOutcome = Outcome & { created?: boolean }

/**
 * Creates records like `createRecords`. With `onDuplicate` a record that has a certain duplicate is not created. The keys
 * of the new records are locked first, so that of two requests with the same person one finds what the other has created.
 */
export async function createUnlessKnown(
  trx: Transaction,
  writing: WriteContext,
  inputs: readonly unknown[],
): Promise<CreationOutcome[]> {
  if (!writing.onDuplicate) return await createRecords(trx, writing, inputs)
  const { grant, context } = writing
  requireDuplicates(grant)
  const drafts = (await draftRecords(grant, inputs, () => context)).map((draft) => ({
    draft,
    keys: duplicateKeys(grant.type, draft.after),
  }))
  await lockKeys(
    trx,
    grant.type,
    drafts.flatMap(({ keys }) => keys),
  )
  const outcomes = new Map<Change, CreationOutcome>()
  for (let waiting: readonly KeyedDraft[] = drafts; waiting.length; ) {
    const { now, later } = withoutCommonKeys(waiting)
    const fresh: Change[] = []
    for (const draft of now) {
      const known = draft.faults.length ? undefined : await findCertain(trx, grant, draft.after)
      if (known?.matches.length) outcomes.set(draft, await answerKnown(trx, writing, draft, known))
      else fresh.push(draft)
    }
    const created = await createDrafts(trx, writing, fresh)
    for (const [index, draft] of fresh.entries()) outcomes.set(draft, created[index]!)
    waiting = later
  }
  return drafts.map(({ draft }) => outcomes.get(draft)!)
}

interface KeyedDraft {
  draft: Change
  keys: readonly number[]
}

/** Returns drafts that cannot be duplicates of each other, and the others, which must find those first. */
function withoutCommonKeys(drafts: readonly KeyedDraft[]): { now: Change[]; later: KeyedDraft[] } {
  const taken = new Set<number>()
  const [now, later]: [Change[], KeyedDraft[]] = [[], []]
  for (const one of drafts) {
    if (one.keys.some((key) => taken.has(key))) later.push(one)
    else now.push(one.draft)
    for (const key of one.keys) taken.add(key)
  }
  return { now, later }
}

/** Changes the only duplicate, or refuses. */
async function answerKnown(
  trx: Transaction,
  { onDuplicate, ...writing }: WriteContext,
  draft: Change,
  { judge, matches }: Found,
): Promise<CreationOutcome> {
  const { grant, context } = writing
  const [only, ...others] = matches
  if (onDuplicate === 'update' && only && !others.length) {
    const inputFor = (present: PresentRecord) => fillingInput(draft, present)
    const [outcome] = await changeRecords(trx, writing, [{ id: only.id, input: namedBy(draft), inputFor }])
    return { ...outcome!, created: false }
  }
  const duplicates = shownMatches(judge, matches, context.language)
  const ids = matches.map(({ id }) => id).join(', ')
  return { problem: new Problem('duplicate_found', { type: grant.type.code, ids }, { extra: { duplicates } }) }
}

/** Returns a body that names the given fields, so that their lists are locked and read. */
function namedBy(draft: Change): object {
  return bodyOf(draft, given)
}

/** Returns the body that sets the filled values of a draft and adds the items that lists lack. Nothing is cleared. */
function fillingInput(draft: Change, { state }: PresentRecord): object {
  return bodyOf(draft, (field, value) => {
    const present = state.get(field.key)
    const areLists = Array.isArray(present) && Array.isArray(value) && !isNothing(present)
    return areLists ? missingItems(field, present, value) : given(field, value)
  })
}
