import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { namedIds } from '../../fields/named-ids.ts'
import { keysInBody, keyText } from '../write/external-keys.ts'
import type { ExistingLink } from '../write/locks.ts'
import { isReference, pointingValues } from './batch-references.ts'
import type { Claim } from './batch-schedule.ts'
import type { PlannedOperation } from './read-batch.ts'

/** The state of a batch's records when the batch begins. */
export interface BatchState {
  /** The id of the record with an external key, by the text of type and key. */
  holders: ReadonlyMap<string, number>
  linked: readonly ExistingLink[]
}

const idName = (type: string, id: number) => `${type} ${id}`
const asName = (name: unknown) => `as ${name}`

/** Returns the name of an external key, which includes the record type. */
export function keyName(type: string, key: ExternalId): string {
  return `${type} ${keyText(key)}`
}

/** Returns the external keys of an operation: the key that selects its record, and the keys that it adds or removes. */
export function keysIn({ operation, external }: PlannedOperation): ExternalId[] {
  return [...(external ? [external] : []), ...keysInBody(operation.data?.externalIds)]
}

/**
 * Returns the claims of each operation: an exclusive claim on its own record, and shared claims on the records that it
 * links. A record may be named by its id, by external keys and by names given in the batch. Names that may mean the
 * same record at any time during the batch share one claim key.
 */
export function claimsOf(operations: readonly PlannedOperation[], { holders, linked }: BatchState): Claim[][] {
  const records = new Classes()
  const own = operations.map((operation) => ownNames(operation, holders))
  for (const names of own) for (const name of names) records.unite(names[0]!, name)
  const nowLinked = Map.groupBy(linked, ({ of }) => idName(of.type, of.id))
  return operations.map((operation, index) => {
    const names = own[index]!
    const linkedNow = names.flatMap((name) => nowLinked.get(name) ?? []).map(({ to }) => idName(to.type, to.id))
    const links = [...linkNames(operation), ...linkedNow].map((name) => ({ key: records.of(name), mode: 'links' }))
    const [first] = names
    return [...(first === undefined ? [] : [{ key: records.of(first), mode: null }]), ...links]
  })
}

/** Returns all names of an operation's record. */
function ownNames(planned: PlannedOperation, holders: BatchState['holders']): string[] {
  const { type, operation } = planned
  const { id, as } = operation
  const keys = keysIn(planned).map((key) => keyName(type.code, key))
  return [
    ...(typeof id === 'number' ? [idName(type.code, id)] : []),
    ...(isReference(id) ? [asName(id.$ref)] : []),
    ...(as === undefined ? [] : [asName(as)]),
    ...keys.flatMap((key) => {
      const holder = holders.get(key)
      return holder === undefined ? [key] : [key, idName(type.code, holder)]
    }),
  ]
}

function linkNames({ operation: { data = {} }, type }: PlannedOperation): string[] {
  return pointingValues(type, data).flatMap(({ field, value }) =>
    namedIds(value).flatMap(({ id, type = field.settings.type }) => {
      if (isReference(id)) return [asName(id.$ref)]
      return typeof id === 'number' ? [idName(String(type), id)] : []
    }),
  )
}

/** Classes of names for the same record. One name of each class represents it. */
class Classes {
  readonly #above = new Map<string, string>()

  of(name: string): string {
    let top = name
    for (let above = this.#above.get(top); above !== undefined; above = this.#above.get(top)) top = above
    if (top !== name) this.#above.set(name, top)
    return top
  }

  unite(a: string, b: string): void {
    const [top, other] = [this.of(a), this.of(b)]
    if (top !== other) this.#above.set(other, top)
  }
}
