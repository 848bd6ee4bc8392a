import Type from 'typebox'
import { FieldUse } from '../../errors/documents.ts'
import { ref } from '../../schema/build.ts'

/** The effect of removing a part of the model that records use. */
export const RemovalEffect = Type.Object(
  {
    records: Type.Integer({ description: 'Number of records that would get another value.' }),
    uses: Type.Array(ref(FieldUse), { description: 'The same by record type and field.' }),
  },
  { $id: 'RemovalEffect', description: 'Effect of deleting a stage, a pipeline or an entry of a dictionary.' },
)
