import type { TSchema } from 'typebox'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { mapped, type Selection } from '../../fields/selection.ts'
import type { Value } from '../../fields/value.ts'

/** What this file reads of a schema. */
type ValueSchema = TSchema & {
  anyOf?: ValueSchema[]
  items?: ValueSchema
  $ref?: string
  $id?: string
  properties?: Record<string, TSchema>
}

/** Returns the names of the parts of a field's value, or of the items of its list, such as `city` of an address. */
export function partsOf(field: Field): string[] {
  const { schema, schemas = [] } = kindOf(field)
  const propertiesOf = (one: ValueSchema | undefined): Record<string, TSchema> => {
    const named = one?.$ref && schemas.find(({ $id }: ValueSchema) => $id === one.$ref)
    const inner = named || one?.anyOf?.[0] || one?.items
    return one?.properties ?? (inner ? propertiesOf(inner) : {})
  }
  return Object.keys(propertiesOf(schema(field)))
}

/** Selects these parts of a field's value as JSON. */
export function selectParts(field: Field, names: readonly string[]): Selection<string> {
  return mapped(kindOf(field).shown(field), (text) => JSON.stringify(cutTo(JSON.parse(text) as Value, names)))
}

function cutTo(value: Value, names: readonly string[]): Value {
  if (Array.isArray(value)) return value.map((item) => cutTo(item as Value, names))
  if (value === null || typeof value !== 'object') return value
  const members = value as Record<string, Value>
  return Object.fromEntries(names.flatMap((name) => (name in members ? [[name, members[name]!]] : [])))
}
