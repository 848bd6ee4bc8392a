import Type, { type TSchema } from 'typebox'
import { ref } from '../../schema/build.ts'
import { listInput } from '../lists.ts'

/** Most records in a list of links. */
export const mostLinks = 10_000

/** The id of a record. */
export const recordId = () => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** A link in an answer. */
export const RecordLink = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the linked record.' }),
    primary: Type.Boolean({ description: 'Whether it is the main one.' }),
  },
  { $id: 'RecordLink', description: 'A link to a record.' },
)

const linkInput = (id: TSchema, $id: string) =>
  Type.Object(
    {
      id: { ...id, description: 'Id of the record to link.' },
      primary: Type.Optional(Type.Boolean({ description: 'Whether it is the main one; if none is, the first is.' })),
    },
    { $id, additionalProperties: false, description: 'A record to link.' },
  )

const RecordLinkInput = linkInput(recordId(), 'RecordLinkInput')
/** Links in a request. */
export const RecordLinkListInput = listInput(ref(RecordLinkInput), recordId(), mostLinks, {
  $id: 'RecordLinkListInput',
})

const BatchReference = Type.Unsafe<{ $ref: string }>({
  $id: 'BatchReference',
  type: 'object',
  // Among properties, or in an example, tools would take it for a reference of their own.
  patternProperties: { '^[$]ref$': { type: 'string', description: 'The name that the operation has under `as`.' } },
  minProperties: 1,
  additionalProperties: false,
  description: 'The record of an earlier operation: `{"$ref": "name"}`.',
})
/** An id in a batch, which may be that of a record yet to be made. */
export const batchId = Type.Union([recordId(), ref(BatchReference)])
const BatchLinkInput = linkInput(batchId, 'BatchLinkInput')
/** Links in a batch. */
export const BatchLinkListInput = listInput(ref(BatchLinkInput), batchId, mostLinks, { $id: 'BatchLinkListInput' })

/** The named ones among these. */
export const linkSchemas = [
  ...[RecordLink, RecordLinkInput, RecordLinkListInput],
  ...[BatchReference, BatchLinkInput, BatchLinkListInput],
]
