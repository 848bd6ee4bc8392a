import Type, { type TProperties, type TSchema } from 'typebox'
import { type FieldDefinition, fieldsOf } from '../entities/system-fields.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import { ownTargets, targetsOf } from '../filters/resolve.ts'
import { pageLength } from '../http/id-page.ts'
import { countedListOf } from '../http/lists.ts'
import type { ListSource } from '../records/list/parse-list-request.ts'
import { namedParameters, nameSchemas } from './item-names.ts'
import { limitUpTo, listQuery, withFields } from './parameters.ts'

/** A field of the items of a list, by which requests filter and sort. */
export type ListedField = FieldDefinition & {
  /** The value has a text for each language. Conditions and sort orders use that of the caller. */
  translated?: true
  /** The codes that are its values. */
  codes?: readonly string[]
}

/** What a list of things other than records consists of. */
interface ListDefinition<Item extends TSchema, Parameters extends TProperties> {
  /** Name in cursors. */
  name: string
  /** The schema of an item. Its members can be chosen with `fields`. */
  item: Item & { $id?: string; properties: Record<string, TSchema & { examples?: unknown[] }> }
  fields: readonly ListedField[]
  /** The member that identifies an item. Default: `id`. */
  key?: string
  sort: string
  /** The most items that there can be, if a request without `limit` gets them all. */
  most?: number
  /** The parameters that only this list has. */
  parameters: Parameters
}

/** A list: its fields, and which of them have a text for each language. */
export interface DescribedList {
  source: ListSource
  members: readonly string[]
  translated: ReadonlySet<string>
}

/** Describes a list: its fields, and the schemas of its requests and responses. */
export function describeList<Item extends TSchema, Parameters extends TProperties>(
  definition: ListDefinition<Item, Parameters>,
) {
  const { name, item, key = 'id', sort, most = 0, parameters } = definition
  const fields = fieldsByPath(definition.fields)
  const members = Object.keys(item.properties)
  const source: ListSource = { name, key, fields, targets: ownTargets(fields), sort }
  const [example = 1] = (item.properties[key]?.examples ?? []) as (string | number)[]
  const names = { ...source, prefix: item.$id ?? '', members, example }
  const limit = most ? { limit: limitUpTo(Math.max(most, pageLength.most)) } : {}
  const query = Type.Object({ ...parameters, ...listQuery, ...limit }, { additionalProperties: false })
  const page = countedListOf(item, `${names.prefix}List`, { missing: Type.Optional(missingOf(source)) })
  return {
    source,
    members,
    translated: new Set(definition.fields.flatMap((one) => (one.translated ? [one.code] : []))),
    page,
    schemas: [...nameSchemas(names), page],
    /** The parts of a route's schema. */
    request: { 'x-parameters': namedParameters(names), querystring: withFields(query, fields.values()) },
  }
}

function fieldsByPath(defined: readonly ListedField[]): FieldsByPath {
  const optionsOf = (codes: readonly string[]): Field['options'] =>
    codes.map((code, sort) => ({ code, label: { en: code, ru: code }, sort, default: false }))
  const plain = defined.map(({ translated: _, codes: __, ...field }) => ({ readOnly: true, ...field }))
  const fields = fieldsOf(0, plain).map((field, at) => ({ ...field, options: optionsOf(defined[at]?.codes ?? []) }))
  return new Map(fields.map((field) => [field.path, field]))
}

function missingOf({ fields, key }: ListSource): TSchema {
  const isNumber = targetsOf(fields).get(key)?.scalar.json === 'integer'
  return Type.Array(isNumber ? Type.Integer() : Type.String(), {
    description: `With \`sort=given\`: values of \`${key}\` in the filter that no item has.`,
  })
}
