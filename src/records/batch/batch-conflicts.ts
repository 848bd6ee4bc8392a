import type { ExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { namedIds } from '../../fields/named-ids.ts'
import { keyText, namedKeys } from '../write/external-keys.ts'
import type { LinkedNow } from '../write/locks.ts'
import { isReference, pointingFields } from './batch-references.ts'
import type { Claim } from './batch-schedule.ts'
import type { PlannedOperation } from './read-batch.ts'

/** What is known of the records that a batch is about when it begins. */
export interface Known {
  /** The id of the record that holds a key, by the text of type and key. */
  holders: ReadonlyMap<string, number>
  linked: readonly LinkedNow[]
}

const idName = (type: string, id: number) => `${type} ${id}`
const asName = (name: unknown) => `as ${name}`

/** A key as it is told apart from those of other types. */
export function keyName(type: string, key: ExternalId): string {
  return `${type} ${keyText(key)}`
}

/** The keys of other systems that an operation names: the one it is about, and those it gives or takes away. */
export function keysIn({ operation, external }: PlannedOperation): ExternalId[] {
  return [...(external ? [external] : []), ...namedKeys(operation.data?.externalIds)]
}

/**
 * What each operation concerns: its own record in a way that tolerates nobody else, and the records that it links, of
 * which others may be linked at the same time. A record goes by its id, by keys and by names of the batch; all that may
 * be the same record at some time of the batch are taken for one.
 */
export function claimsOf(operations: readonly PlannedOperation[], { holders, linked }: Known): Claim[][] {
  const records = new Classes()
  const own = operations.map((operation) => ownNames(operation, holders))
  for (const names of own) for (const name of names) records.unite(names[0]!, name)
  const nowLinked = Map.groupBy(linked, ({ of }) => idName(of.type, of.id))
  return operations.map((operation, index) => {
    const names = own[index]!
    const left = names.flatMap((name) => nowLinked.get(name) ?? []).map(({ to }) => idName(to.type, to.id))
    const links = [...linkNames(operation), ...left].map((name) => ({ key: records.of(name), mode: 'links' }))
    const [first] = names
    return [...(first === undefined ? [] : [{ key: records.of(first), mode: null }]), ...links]
  })
}

/** All names of the record that an operation is about. */
function ownNames(planned: PlannedOperation, holders: Known['holders']): string[] {
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
  return pointingFields(type, data).flatMap(({ code, settings }) =>
    namedIds(data[code]).flatMap(({ id }) => {
      if (isReference(id)) return [asName(id.$ref)]
      return typeof id === 'number' ? [idName(settings.type ?? '', id)] : []
    }),
  )
}

/** Names of which some stand for the same; each class has one name that stands for all. */
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
