import Type from 'typebox'
import { FieldValue } from '../../fields/kinds/value-schemas.ts'
import { filterOf } from '../../filters/schemas.ts'
import { historyKinds, vias } from '../../history/write.ts'
import { pageQuery } from '../../http/id-page.ts'
import { countedListOf, listOf } from '../../http/lists.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import { orderedQuery } from './requests.ts'

const instant = (description: string) => Type.String({ format: 'date-time', description })
const inWords = (description: string) => Type.Optional(nullable(Type.String(), { description }))

/** What changed in a record at once. */
export const HistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    at: instant('When.'),
    actorId: nullable(Type.Integer(), { description: 'The user who did it; null for the server itself.' }),
    actorName: inWords('Name of that user; with `mode=people` only.'),
    via: enumOf([...vias], { description: 'Through what: a batch is a request of the API.', examples: ['api'] }),
    version: Type.Integer({
      description: "The record's version since then. Those of changes that the caller may not see are missing.",
    }),
    kind: enumOf([...historyKinds], { description: 'What happened.' }),
    changes: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Path of the field.' }),
        label: Type.Optional(Type.String({ description: 'Name of the field; with `mode=people` only.' })),
        old: { ...ref(FieldValue), description: 'Value before.' },
        new: { ...ref(FieldValue), description: 'Value since.' },
        oldText: inWords('The value before in words; with `mode=people` only.'),
        newText: inWords('The value since in words; with `mode=people` only.'),
      }),
      { description: 'The fields that changed; a creation repeats no values.' },
    ),
  },
  { $id: 'HistoryEntry' },
)

/** A stretch of time in a stage. */
export const StageHistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    kind: enumOf(['created', 'moved', 'closed', 'pipelineChanged'], { description: 'How the record came there.' }),
    pipelineId: Type.Integer({ description: 'The pipeline.' }),
    stageId: Type.String({ description: 'The stage.' }),
    semantic: enumOf(['process', 'success', 'failure'], { description: 'What the stage meant.' }),
    amount: nullable(Type.String(), { description: 'Amount of the record then.' }),
    currency: nullable(Type.String(), { description: 'Currency of the amount.' }),
    enteredAt: instant('When it came.'),
    enteredBy: Type.Integer({ description: 'The user who moved it.' }),
    leftAt: nullable(Type.String({ format: 'date-time' }), {
      description: 'When it left; null where it still stands.',
    }),
  },
  { $id: 'StageHistoryEntry' },
)

/** A page of what happened to a record. */
export const HistoryList = countedListOf(HistoryEntry, 'HistoryList')

/** A page of the stages that a record stood in. */
export const StageHistoryList = listOf(StageHistoryEntry, 'StageHistoryList')

/** The schemas of these routes. */
export const historySchemas = [HistoryEntry, HistoryList, StageHistoryEntry, StageHistoryList]

/** The parameters of a history. */
export const HistoryQuery = Type.Object(
  {
    ...orderedQuery,
    mode: enumOf(['raw', 'people'], {
      default: 'raw',
      description:
        "`people` tells fields, values and users in words besides: labels in the caller's language, the names of records that the caller may read, others as `#5`.",
    }),
  },
  { additionalProperties: false },
)

/** The parameters of a history of stages. */
export const StageHistoryQuery = Type.Object(pageQuery, { additionalProperties: false })

/** How the conditions of a history are shown in the document. */
export const historyFilter = filterOf(
  'Conditions that all have to hold, as in lists of records; the fields are `field` (paths of what changed), `at`, `actorId`, `kind`, `via`, `version`, `id`.',
  { field: { in: 'responsibleId,comment' }, actorId: 'me', at: { gte: 'last30Days' } },
  enumOf(['field', 'at', 'actorId', 'kind', 'via', 'version', 'id']),
)
