import Type from 'typebox'
import { noSpaces, nullable, ref } from '../../schema/build.ts'

/** A record that was deleted, or that the caller may no longer read. */
export const RemovedRecord = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the record.', examples: [15] }),
    deletedAt: nullable(Type.String({ format: 'date-time' }), {
      description: 'Time when the record was deleted or merged. Null if you may no longer read it.',
    }),
    mergedInto: nullable(Type.Integer(), {
      description: 'Id of the record into which it was merged, if you may read that one.',
    }),
  },
  { $id: 'RemovedRecord', description: 'A record that no longer exists for the caller.' },
)

/** What a list has more if the request has `changedSince`. */
export const changeMembers = {
  deleted: Type.Optional(
    Type.Array(ref(RemovedRecord), {
      description: 'With `changedSince`: records that were deleted or merged, or that you may no longer read.',
    }),
  ),
  changedSince: Type.Optional(
    Type.String({ description: 'With `changedSince`: the value to send next time, for the changes after this page.' }),
  ),
}

/** The query parameter of changes. It has no example, because examples of all parameters are sent together. */
export const changedSince = Type.String({
  ...noSpaces,
  maxLength: 2000,
  description:
    'Lists changed and deleted records in the order of changes instead: `changedSince` of the last response, or `now` or a timestamp to begin with. Cannot be combined with `filter`, `q`, `sort`, `count` and `timeZone`.',
})
