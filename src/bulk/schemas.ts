import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../entities/types.ts'
import type { Field } from '../fields/field.ts'
import { mostColumnValues } from '../fields/kinds/column-kinds.ts'
import { kindOf, valueSchemas } from '../fields/kinds/kinds.ts'
import { UserFieldInput } from '../fields/kinds/value-schemas.ts'
import { mostRemoved } from '../fields/lists.ts'
import { timeZone } from '../lists/parameters.ts'
import { nameOf } from '../records/api/field-properties.ts'
import { filterRef } from '../records/api/list-bodies.ts'
import { recordSchemas } from '../records/api/schemas.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import { checkedAs, nullable, ref } from '../schema/build.ts'
import type { BulkAction } from './action.ts'
import { maxPreviewedRecords } from './preview.ts'

/** Maximum number of ids in a bulk action. */
export const mostIds = 10_000

/** The body of a bulk request. */
export interface BulkBody extends BulkAction {
  ids?: number[]
  filter?: unknown
  all?: true
  timeZone?: string
}

const PipelineMove = Type.Object(
  {
    pipelineId: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Id of the new pipeline.',
      examples: [3],
    }),
    stages: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 100 }), {
        description:
          'New stage for each present stage, by code. A stage that is not listed keeps its code, which the new pipeline must have.',
        examples: [{ NEW: 'START', WON: 'DONE' }],
      }),
    ),
  },
  { $id: 'PipelineMove', additionalProperties: false, description: 'Moves records to another pipeline.' },
)

/** Returns the named schemas of the bulk actions of a record type. */
function bulkSchemasOf(type: DescribedType): TSchema[] {
  const name = nameOf(type.code)
  const { changed } = recordSchemas(type)
  const lists = type.fields.filter(({ readOnly }) => !readOnly).flatMap(listOf)
  const edit = (part: 'add' | 'remove', $id: string, description: string) => {
    const membersOf = (of: typeof lists) =>
      Object.fromEntries(of.map(({ code, ...parts }) => [code, Type.Optional(parts[part])]))
    const options = { description: 'User fields (custom fields), by code.' }
    const own = type.userFields
      ? Type.Object(membersOf(type.userFields.flatMap(listOf)), { ...options, additionalProperties: false })
      : Type.Record(
          Type.String(),
          Type.Array(ref(UserFieldInput), { maxItems: part === 'add' ? mostColumnValues : mostRemoved }),
          options,
        )
    const members = { ...membersOf(lists), userFields: Type.Optional(own) }
    return Type.Object(members, { ...checkedAs({ type: 'object' }), $id, additionalProperties: false, description })
  }
  const add = edit('add', `${name}BulkAdd`, 'Values to add to fields with several values.')
  const remove = edit(
    'remove',
    `${name}BulkRemove`,
    'Values to remove. For phones, e-mails and other contact details, their ids.',
  )
  const bulk = Type.Object(
    {
      ids: Type.Optional(
        Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
          minItems: 1,
          maxItems: mostIds,
          description: 'Ids of the records. Without it, pass `all` or a `filter` with at least one condition.',
        }),
      ),
      filter: Type.Optional(Type.Unsafe<unknown>(filterRef(type))),
      all: Type.Optional(
        Type.Literal(true, { description: 'Selects all records. Use it instead of `ids` or `filter`.' }),
      ),
      timeZone: Type.Optional(timeZone),
      set: Type.Optional(ref(changed)),
      add: Type.Optional(ref(add)),
      remove: Type.Optional(ref(remove)),
      ...(type.traits.has('pipelines') && { move: Type.Optional(ref(PipelineMove)) }),
      delete: Type.Optional(Type.Literal(true, { description: 'Moves the records to the recycle bin.' })),
    },
    {
      $id: `${name}Bulk`,
      additionalProperties: false,
      description: 'The records of a bulk action and the change to apply to each.',
      examples: [{ filter: { field: 'responsibleId', op: 'eq', value: 'me' }, set: { opened: false } }],
    },
  )
  return [add, remove, bulk]
}

/** Returns the schemas of the values to add to and to remove from a field with several values. */
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

/** Returns a reference to the bulk action of a record type. */
export function bulkRef(type: SystemType) {
  return Type.Unsafe<BulkBody>(Type.Ref(`${nameOf(type.code)}Bulk`))
}

const tried = (description: string) =>
  nullable(Type.Integer(), {
    description: `${description}. Null for more than ${maxPreviewedRecords} records, which are only counted.`,
  })

/** The preview of a bulk action or a revert. */
export const BulkPreview = Type.Object(
  {
    matched: Type.Integer({ description: 'Number of matching records.' }),
    denied: Type.Integer({ description: 'Number of matching records that the caller may not change.' }),
    missing: Type.Integer({
      description:
        'Number of other records that were named or changed but no longer exist or that the caller may not read.',
    }),
    done: tried('Number of records that would be changed or fully reverted'),
    failed: tried('Number of records that would fail and stay as they are'),
    left: tried('Number of records of which something would be left as it is'),
  },
  { $id: 'BulkPreview', description: 'Preview of a bulk action or a revert.' },
)

/** Returns the schemas of bulk actions. */
export function bulkSchemas(types: readonly DescribedType[]): TSchema[] {
  return [PipelineMove, ...types.flatMap(bulkSchemasOf), BulkPreview]
}
