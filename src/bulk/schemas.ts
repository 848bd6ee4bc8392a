import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../entities/types.ts'
import type { Field } from '../fields/field.ts'
import { kindOf, valueSchemas } from '../fields/kinds/kinds.ts'
import { UserFieldInput } from '../fields/kinds/value-schemas.ts'
import { filterRef } from '../records/api/list-bodies.ts'
import { timeZone } from '../records/api/requests.ts'
import { nameOf, recordSchemas } from '../records/api/schemas.ts'
import { checkedAs, nullable, ref } from '../schema/build.ts'
import type { BulkAction } from './action.ts'
import { mostTried } from './preview.ts'

/** Most ids that a bulk action may name. */
export const mostIds = 10_000

/** A bulk action as it is asked for. */
export interface BulkBody extends BulkAction {
  ids?: number[]
  filter?: unknown
  all?: true
  timeZone?: string
}

/** The named schemas of a type's bulk actions. */
function bulkSchemasOf(type: SystemType): TSchema[] {
  const name = nameOf(type.code)
  const { changed } = recordSchemas(type)
  const lists = type.fields.filter(({ readOnly }) => !readOnly).flatMap(listOf)
  const edit = (part: 'add' | 'remove', $id: string, description: string) => {
    const own = Type.Record(Type.String(), Type.Array(ref(UserFieldInput)), {
      description: 'Fields that users added, by code.',
    })
    const fields = lists.map(({ code, ...parts }) => [code, Type.Optional(parts[part])] as const)
    const members = { ...Object.fromEntries(fields), userFields: Type.Optional(own) }
    return Type.Object(members, { ...checkedAs({ type: 'object' }), $id, additionalProperties: false, description })
  }
  const add = edit('add', `${name}BulkAdd`, 'Lists of values to add to fields with several.')
  const remove = edit('remove', `${name}BulkRemove`, 'Lists of values to remove; of phones and the like, their ids.')
  const bulk = Type.Object(
    {
      ids: Type.Optional(
        Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
          minItems: 1,
          maxItems: mostIds,
          description: 'Ids of the records; otherwise a filter with at least one condition, or `all`, says which.',
        }),
      ),
      filter: Type.Optional(Type.Unsafe<unknown>(filterRef(type))),
      all: Type.Optional(Type.Literal(true, { description: 'Says that all records are meant, instead of a filter.' })),
      timeZone: Type.Optional(timeZone),
      set: Type.Optional(ref(changed)),
      add: Type.Optional(ref(add)),
      remove: Type.Optional(ref(remove)),
      delete: Type.Optional(Type.Literal(true, { description: 'Moves the records to the recycle bin instead.' })),
    },
    {
      $id: `${name}Bulk`,
      additionalProperties: false,
      description: 'Which records, and what to do with each of them.',
      examples: [{ filter: { field: 'source', op: 'eq', value: 'WEB' }, set: { opened: false } }],
    },
  )
  return [add, remove, bulk]
}

/** What can be added to a field with several values, and removed from it. */
function listOf(field: Field): { code: string; add: TSchema; remove: TSchema }[] {
  const input = kindOf(field).input(field) as ListInput
  const list = (valueSchemas.find((schema: ListInput) => schema.$id === input.$ref) ?? input) as ListInput
  const parts = list.anyOf?.find(({ properties }) => properties?.add)?.properties
  const description = `${field.label.en}.`
  if (!parts) return []
  return [{ code: field.code, add: { ...parts.add, description }, remove: { ...parts.remove, description } }]
}

type ListInput = TSchema & {
  $id?: string
  $ref?: string
  anyOf?: readonly { properties?: { add: TSchema; remove: TSchema } }[]
}

/** A type's bulk action. */
export function bulkRef(type: SystemType) {
  return Type.Unsafe<BulkBody>(Type.Ref(`${nameOf(type.code)}Bulk`))
}

const tried = (description: string) =>
  nullable(Type.Integer(), { description: `${description}; null for more than ${mostTried}, which are only counted.` })

/** What a bulk action would meet. */
export const BulkPreview = Type.Object(
  {
    matched: Type.Integer({ description: 'How many records there are.' }),
    denied: Type.Integer({ description: 'On how many of them the caller may not do it.' }),
    missing: Type.Integer({ description: 'How many others were named, or were changed, that are not there.' }),
    done: tried('How many it would be done to'),
    failed: tried('How many would be left as they are'),
    left: tried('Of how many something would be left'),
  },
  { $id: 'BulkPreview', description: 'What a bulk action would meet.' },
)

/** The schemas of bulk actions. */
export function bulkSchemas(types: readonly SystemType[]): TSchema[] {
  return [...types.flatMap(bulkSchemasOf), BulkPreview]
}
