import Type from 'typebox'
import { FieldValue, UserFieldValue } from '../../fields/kinds/value-schemas.ts'
import { documentedOnly, ref } from '../../schema/build.ts'

const userFields = Type.Record(Type.String(), ref(UserFieldValue), { description: 'Values of the user fields.' })

/** Values of a record of any type, by field. */
export const RecordValues = Type.Record(Type.String(), Type.Union([ref(FieldValue), userFields]), {
  ...documentedOnly,
  $id: 'RecordValues',
  description: 'Values of a record of any type, by field.',
})
export type RecordValues = Type.Static<typeof RecordValues>
