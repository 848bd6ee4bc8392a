import Type, { type Static, type TSchema } from 'typebox'
import { features } from '../entities/smart-processes.ts'
import { FieldUse } from '../errors/documents.ts'
import { Label, LabelsInput } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { enumOf, ref } from '../schema/build.ts'

const typeCode = Type.String({ minLength: 1, maxLength: 100, examples: ['deal'] })

/** The types that are related to a type. */
export const TypeRelations = Type.Object(
  {
    parents: Type.Array(typeCode, {
      maxItems: 50,
      description:
        'Codes of the parent types. Each record has a field for a record of each of them, such as `dealId` for `deal`.',
    }),
    children: Type.Array(typeCode, {
      maxItems: 50,
      description: 'Codes of the child types, whose records have a field for a record of this type.',
    }),
  },
  { $id: 'TypeRelations', additionalProperties: false, description: 'Parents and children of a type.' },
)
const RelationsInput = Type.Partial(TypeRelations, {
  $id: 'TypeRelationsInput',
  additionalProperties: false,
  description: 'Parents and children of a type. An absent list stays as it is.',
})

/** A record type in a response. */
export const RecordType = Type.Object(
  {
    code: Type.String({ description: 'Code of the type.', examples: ['deal'] }),
    number: Type.Integer({ description: 'Number of the type.', examples: [2] }),
    system: Type.Boolean({ description: 'Whether every instance has the type. Smart processes are not system types.' }),
    plural: Type.String({
      description: 'Plural name of the type, as used in names of operations.',
      examples: ['deals'],
    }),
    path: Type.String({ description: 'Path of the records of this type.', examples: ['/v1/deals'] }),
    prefix: Type.String({
      description: 'Prefix of records of this type in ids of the recycle bin, such as `D_17`.',
      examples: ['D'],
    }),
    title: ref(Label),
    titles: ref(Label),
    features: Type.Array(Type.String(), {
      description:
        'Features of the records beyond the common fields. Those of a smart process can be switched on and off.',
      examples: [['stages', 'client', 'money', 'title']],
    }),
    relations: ref(TypeRelations),
  },
  { $id: 'RecordType', description: 'A record type. `title` is the singular name, `titles` the plural name.' },
)
/** The record types. */
export const RecordTypeList = listOf(RecordType, 'RecordTypeList')

const plural = Type.String({
  pattern: '^[a-z][A-Za-z0-9]{0,59}$',
  description: 'Plural name, as used in names of operations. Default: the code with `s`.',
  examples: ['deliveries'],
})

const changeable = {
  title: ref(LabelsInput),
  titles: Type.Optional(ref(LabelsInput)),
  plural: Type.Optional(plural),
  features: Type.Optional(
    Type.Array(enumOf([...features]), {
      maxItems: features.length,
      uniqueItems: true,
      description:
        'Features of the records. `pipelines` needs `stages`. A feature that is switched off hides its fields and keeps their values. Default: `source`, `observers` and `recycleBin`.',
    }),
  ),
  relations: Type.Optional(ref(RelationsInput)),
}

/** A smart process to create. */
export const NewType = Type.Object(
  {
    code: Type.String({
      pattern: '^[a-z][A-Za-z0-9]{0,49}$',
      description:
        'Code of the type: Latin letters and digits. No two codes differ only in case. It cannot be changed later.',
      examples: ['delivery'],
    }),
    number: Type.Optional(
      Type.Integer({
        minimum: 128,
        maximum: 1_000_000,
        description: 'Number of the type. It cannot be changed later. Default: the next free number.',
      }),
    ),
    ...changeable,
  },
  {
    $id: 'NewType',
    additionalProperties: false,
    description: 'A smart process: a record type that a company adds.',
    examples: [
      {
        code: 'delivery',
        plural: 'deliveries',
        title: { en: 'Delivery', ru: 'Доставка' },
        titles: { en: 'Deliveries', ru: 'Доставки' },
        features: ['stages', 'client', 'source', 'observers', 'recycleBin'],
        relations: { parents: ['deal'] },
      },
    ],
  },
)

/** The properties of a smart process that can be changed. */
export const TypeChange = Type.Object(
  { ...changeable, title: Type.Optional(ref(LabelsInput)) },
  { $id: 'TypeChange', additionalProperties: false, minProperties: 1, examples: [{ title: 'Delivery' }] },
)

/** The effect of deleting a type. */
export const TypeLoss = Type.Object(
  {
    records: Type.Integer({ description: 'Number of records of the type, including those in the recycle bin.' }),
    fields: Type.Integer({ description: 'Number of its user fields.' }),
    children: Type.Integer({ description: 'Number of records of other types that would lose their parent.' }),
    uses: Type.Array(ref(FieldUse), {
      description:
        'User fields of other types that can link to its records. They lose the type, and those that allow no other type are deleted.',
    }),
  },
  { $id: 'TypeLoss', description: 'Effect of deleting a type.' },
)

const force = Type.Optional(
  Type.Boolean({ description: 'Whether to delete the records and links that stand in the way.' }),
)
/** The query of changes that may delete records or links. */
export const ForceQuery = Type.Object({ force }, { additionalProperties: false })

/** The named schemas of this file. */
export const typeSchemas: readonly TSchema[] = [
  ...[TypeRelations, RelationsInput, RecordType, RecordTypeList],
  ...[NewType, TypeChange, TypeLoss],
]

export type NewTypeBody = Static<typeof NewType>
export type TypeChangeBody = Static<typeof TypeChange>
