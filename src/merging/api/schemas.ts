import Type from 'typebox'
import { FieldValue } from '../../fields/kinds/value-schemas.ts'
import { listOf } from '../../http/lists.ts'
import { nameOf } from '../../records/api/field-properties.ts'
import { recordSchemas } from '../../records/api/schemas.ts'
import type { DescribedType } from '../../records/api/user-field-schemas.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import { decisions } from '../combine-values.ts'
import { mostMerged } from '../merge-request.ts'
import { mostReported } from '../return-references.ts'

const recordId = (description: string) =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description, examples: [1] })

/** A request to merge records. */
export const MergeRequest = Type.Object(
  {
    survivorId: recordId('Id of the record that stays. The others are merged into it.'),
    ids: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      maxItems: mostMerged,
      description: `Ids of the records to merge into the survivor, in the order in which they fill its empty fields. May include the survivor. With it at most ${mostMerged} records.`,
    }),
    choices: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
        description:
          'By the path of a field, the id of the record whose value is kept, even if it is empty. Lists cannot be chosen: they are joined.',
      }),
    ),
  },
  {
    $id: 'MergeRequest',
    additionalProperties: false,
    description: 'The records to merge, and which values to keep.',
    examples: [{ survivorId: 1, ids: [3], choices: { comment: 3 } }],
  },
)

/** A field of which merged records have different values. */
export const MergeConflict = Type.Object(
  {
    field: Type.String({ description: 'Path of the field.', examples: ['lastName'] }),
    chosenId: Type.Integer({ description: 'Id of the record whose value is kept.' }),
    decision: enumOf([...decisions], {
      description:
        'Why: the request chose it (`choice`), the field has a rule, such as that a contact that takes no part in exports stays so (`rule`), the survivor has a value (`survivor`), or this is the first record with a value (`order`).',
    }),
    values: Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'Id of the record.' }),
        value: { ...ref(FieldValue), description: 'Its value.' },
      }),
      { description: 'The records that have a value, in the order of the request.' },
    ),
  },
  { $id: 'MergeConflict', description: 'A field of which merged records have different values, and the decision.' },
)

/** Returns the schema of the result of a merge of records of a type. */
export function mergeResult(type: DescribedType) {
  return Type.Object(
    {
      id: nullable(Type.Integer(), { description: 'Id of the merge. Undoing needs it. Null for a dry run.' }),
      record: { ...ref(recordSchemas(type).record), description: 'The survivor after the merge.' },
      moved: Type.Record(Type.String(), Type.Integer(), {
        description:
          'The number of references that were moved to the survivor, by the type of the record that has them. Counts only records that the caller may read.',
        examples: [{ deal: 12, contact: 1 }],
      }),
      conflicts: Type.Array(ref(MergeConflict), {
        description: 'Fields of which the records have different values, with the decision.',
      }),
    },
    { $id: `${nameOf(type.code)}Merge`, description: 'The result of a merge.' },
  )
}

/** A merge. */
export const Merge = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the merge.' }),
    type: Type.String({ description: 'Code of the record type.', examples: ['contact'] }),
    survivorId: Type.Integer({ description: 'Id of the record that stayed.' }),
    ids: Type.Array(Type.Integer(), { description: 'Ids of the records that were merged into it.' }),
    at: Type.String({ format: 'date-time', description: 'Time of the merge.' }),
    by: Type.Integer({ description: 'Id of the user who merged the records, or started the job.' }),
    jobId: nullable(Type.Integer(), { description: 'Id of the job that merged automatically. Null if a user merged.' }),
    undoneAt: nullable(Type.String({ format: 'date-time' }), { description: 'Time when the merge was undone.' }),
    undoneBy: nullable(Type.Integer(), { description: 'Id of the user who undid it.' }),
  },
  { $id: 'Merge', description: 'A merge of records.' },
)

/** A page of the merges. */
export const MergeList = listOf(Merge, 'MergeList')

/** A part of a record that an undo left as it was. */
const KeptPart = Type.Object(
  {
    type: Type.String({ description: 'Code of the type of the record.', examples: ['deal'] }),
    id: Type.Integer({ description: 'Id of the record.' }),
    field: nullable(Type.String(), { description: 'Path of the field. Null for the whole record.' }),
    code: Type.String({ description: 'Why it was kept.', examples: ['changed_since'] }),
    message: Type.String({ description: "The reason in the caller's language." }),
  },
  { $id: 'KeptPart', description: 'A part of a record that undoing a merge left as it was.' },
)

/** The result of undoing a merge. */
export const UndoneMerge = Type.Object(
  {
    restoredIds: Type.Array(Type.Integer(), { description: 'Ids of the records that are records of their own again.' }),
    kept: Type.Array(ref(KeptPart), {
      description: `What was changed since the merge, or can no longer be restored: at most ${mostReported} records for each field. Only records and fields that the caller may read.`,
    }),
  },
  { $id: 'UndoneMerge', description: 'The result of undoing a merge.' },
)

/** The named schemas that all merges share. */
export const mergingSchemas = [MergeRequest, MergeConflict, Merge, MergeList, KeptPart, UndoneMerge]
