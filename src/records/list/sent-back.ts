import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Change } from '../../entities/change.ts'
import { pointerOf } from '../../errors/json-pointer.ts'
import type { Fault } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import { always, integerColumn, readRows, rowOf } from '../../fields/selection.ts'
import { isObject, same, type Value } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { type Expandable, expand, linksOf } from '../query/expand.ts'
import { recordsFor } from '../query/record-query.ts'
import { hopsOf, nearestHop } from '../query/relations.ts'

/** The members of a record that are no fields. A form that sends a whole record sends them too. */
export const shownBeside: ReadonlySet<string> = new Set(['expanded', 'mergedInto'])

/**
 * Adds faults to changes whose bodies have other linked records under `expanded` than responses have now. The linked
 * records of all changes are read together.
 */
export async function checkExpanded(
  trx: Transaction,
  grant: Grant,
  bodies: ReadonlyMap<Change, Record<string, unknown>>,
): Promise<void> {
  const known = hopsOf(grant)
  const given = [...bodies].flatMap(([change, { expanded }]) => {
    if (isObject(expanded)) return [{ change, expanded }]
    change.faults.push({ pointer: '/expanded', code: 'invalid_type', params: { expected: 'object' } })
    return []
  })
  const named = new Set(given.flatMap(({ expanded }) => Object.keys(expanded)))
  const hops = known.filter(({ name }) => named.has(name))
  const present = await presentLinks(
    trx,
    grant,
    hops,
    given.map(({ change }) => change.id),
  )
  for (const { change, expanded } of given) {
    const shown = present.get(change.id) ?? {}
    for (const [name, value] of Object.entries(expanded)) {
      const at = { pointer: `/expanded${pointerOf([name])}` }
      if (!hops.some((hop) => hop.name === name)) {
        change.faults.push(unknownNameFault(at, 'unknown_field', name, nearestHop(known, name)?.name))
      } else if (!isPartOf(value, shown[name])) change.faults.push({ ...at, code: 'read_only' } satisfies Fault)
    }
  }
}

async function presentLinks(trx: Transaction, grant: Grant, hops: ReturnType<typeof hopsOf>, ids: readonly number[]) {
  if (!hops.length) return new Map<number, Record<string, unknown>>()
  const rows = await readRows(
    trx,
    rowOf<Expandable & { id: number }>({
      id: integerColumn(sql`record.id`),
      body: always('{"":0}'),
      links: linksOf(hops),
    }),
    (columns) => recordsFor(grant, 'read').and(sql`record.id = any(${ids}::bigint[])`).select(columns),
    { family: 'sent-back', version: grant.catalogue.version },
  )
  const texts = await expand(trx, grant, hops, rows, { pointer: '/expanded' })
  return new Map(
    rows.map(({ id }, at) => [id, (JSON.parse(texts[at]!) as { expanded: Record<string, unknown> }).expanded]),
  )
}

/** Returns whether each given member is as in the present value. A request can ask for some fields only. */
function isPartOf(given: unknown, present: unknown): boolean {
  if (Array.isArray(given) && Array.isArray(present)) {
    return given.length === present.length && given.every((item, at) => isPartOf(item, present[at]))
  }
  if (!isObject(given) || !isObject(present)) return same(given as Value, present as Value)
  return Object.keys(given).every((name) => Object.hasOwn(present, name) && isPartOf(given[name], present[name]))
}
