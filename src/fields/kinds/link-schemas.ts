import Type, { type TSchema } from 'typebox'
import { ref } from '../../schema/build.ts'
import { listInput } from '../lists.ts'

/** Maximum number of records in a list of links. */
export const mostLinks = 10_000

/** The id of a record. */
export const recordId = () => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** A link in a response. */
export const RecordLink = Type.Object(
  {
    id: { ...recordId(), description: 'Id of the linked record.' },
    primary: Type.Boolean({ description: 'Whether this is the primary link.' }),
  },
  { $id: 'RecordLink', description: 'A link to a record.' },
)

const linkInput = (id: TSchema, $id: string) =>
  Type.Object(
    {
      id: { ...id, description: 'Id of the record to link.' },
      primary: Type.Optional(
        Type.Boolean({
          description: 'Whether this is the primary link. If no link is primary, the first one becomes primary.',
        }),
      ),
    },
    { $id, additionalProperties: false, description: 'A record to link.' },
  )

const RecordLinkInput = linkInput(recordId(), 'RecordLinkInput')
/** Links in a request. An item can be the id alone. */
export const RecordLinkListInput = listInput(Type.Union([ref(RecordLinkInput), recordId()]), recordId(), mostLinks, {
  $id: 'RecordLinkListInput',
})

const BatchReference = Type.Unsafe<{ $ref: string }>({
  $id: 'BatchReference',
  type: 'object',
  // Tools would treat `$ref` among properties or in an example as a reference of their own.
  patternProperties: {
    '^[$]ref$': { type: 'string', maxLength: 100, description: 'Name that the earlier operation sets in `as`.' },
  },
  minProperties: 1,
  additionalProperties: false,
  description: 'A record from an earlier operation of the batch: `{"$ref": "name"}`.',
})
/** An id in a batch: a number, or a reference to a record that an earlier operation creates. */
export const batchId = Type.Union([recordId(), ref(BatchReference)])
const BatchLinkInput = linkInput(batchId, 'BatchLinkInput')
/** Links in a batch. An item can be the id alone. */
export const BatchLinkListInput = listInput(
  Type.Union([ref(BatchLinkInput), recordId(), ref(BatchReference)]),
  batchId,
  mostLinks,
  { $id: 'BatchLinkListInput' },
)

/** The named schemas of this file. */
export const linkSchemas = [
  ...[RecordLink, RecordLinkInput, RecordLinkListInput],
  ...[BatchReference, BatchLinkInput, BatchLinkListInput],
]
