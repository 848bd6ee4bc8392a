import type { Field } from '../fields/field.ts'
import { isInRows, kindOf } from '../fields/kinds/kinds.ts'
import { namedIds } from '../fields/named-ids.ts'
import { isNothing, type Value } from '../fields/value.ts'
import type { Grant } from '../rights/grant.ts'
import type { FieldPair } from './field-map.ts'

/** The body of a record, as a request sends it or a response shows it. */
export type Body = Record<string, unknown>

/**
 * Returns the body of a new record with the values of another, limited to the fields that the caller may read and write.
 * Empty values are left out, so that defaults apply, unless `withEmpty` is set.
 */
export function carry(
  body: Body,
  { from, to, pairs, withEmpty = false }: { from: Grant; to: Grant; pairs: readonly FieldPair[]; withEmpty?: boolean },
): Body {
  const [sources, targets] = [byKey(from.readable.values()), byKey(to.writable.values())]
  const carried: Body = {}
  for (const pair of pairs) {
    const [source, target] = [sources.get(pair.from), targets.get(pair.to)]
    if (!source || !target) continue
    const value = valueIn(body, source)
    if (withEmpty || !isNothing(value)) put(carried, target, asNew(source, value))
  }
  return carried
}

/** Returns a body with the members of another in place of its own. */
export function overridden(body: Body, by: Body): Body {
  const { userFields, ...system } = by
  const own = userFields === undefined ? body.userFields : merged(body.userFields, userFields)
  return { ...body, ...system, ...(own !== undefined && { userFields: own }) }
}

/** Returns the ids of the records that a body refers to, by the code of their type. */
export function shownRecords(body: Body, { readable }: Grant): Map<string, Set<number>> {
  const shown = new Map<string, Set<number>>()
  for (const field of readable.values()) {
    if (kindOf(field).pointsTo !== 'record') continue
    for (const { id, type = field.settings.type } of namedIds(valueIn(body, field))) {
      if (typeof id !== 'number' || typeof type !== 'string') continue
      shown.set(type, (shown.get(type) ?? new Set()).add(id))
    }
  }
  return shown
}

function merged(body: unknown, by: unknown): unknown {
  // What is not an object has a fault, which reading the body reports.
  if (typeof by !== 'object' || by === null || Array.isArray(by)) return by
  return { ...(body as object | undefined), ...by }
}

function byKey(fields: Iterable<Field>): Map<string, Field> {
  return new Map([...fields].map((field) => [field.key, field]))
}

function valueIn(body: Body, { code, userFieldId }: Field): Value | undefined {
  return (userFieldId === null ? body : (body.userFields as Body | undefined))?.[code] as Value | undefined
}

function put(body: Body, { code, userFieldId }: Field, value: unknown): void {
  if (userFieldId === null) body[code] = value
  else body.userFields = { ...(body.userFields as object | undefined), [code]: value }
}

/** Returns a value for a new record. Phones and the like get ids of their own there. */
function asNew(field: Field, value: Value | undefined): unknown {
  if (!isInRows(field, 'communication') || !Array.isArray(value)) return value ?? null
  return value.map((item) => ({ kind: (item as Body).kind, value: (item as Body).value }))
}
