import Type from 'typebox'
import { filterOf } from '../filters/schemas.ts'
import { labelsQuery } from '../http/labels.ts'
import { Page, TotalKind } from '../http/lists.ts'
import { timeZone } from '../lists/parameters.ts'
import { PipelineDocument, StageDocument } from '../pipelines/api/schemas.ts'
import { AmountSum, listParts } from '../records/api/requests.ts'
import { anyRecord } from '../records/api/schemas.ts'
import { enumOf, listText, nullable, ref } from '../schema/build.ts'

/** The query parameters of a board. */
export const BoardQuery = Type.Object(
  {
    stages: Type.Optional(
      Type.String({
        ...listText,
        maxLength: 6000,
        description: 'Codes of the stages to return. Default: all stages of the pipeline.',
        examples: ['NEW,WON'],
      }),
    ),
    sort: Type.Optional(Type.String({ ...listText, maxLength: 500, description: listParts.sortNote })),
    fields: Type.Optional(
      Type.String({
        ...listText,
        description: listParts.fieldsNote,
        examples: ['title,company.title'],
      }),
    ),
    expand: Type.Optional(Type.String({ ...listText, maxLength: 1000, description: listParts.expandNote })),
    limit: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 20,
      description: 'Maximum number of records per column.',
    }),
    count: enumOf(['none', 'exact'], {
      default: 'none',
      description:
        '`exact` counts the records of each column within a time limit. If it is exceeded, each column is counted up to 10,000 records.',
    }),
    sums: Type.Boolean({
      default: false,
      description: '`true` adds up the amounts of each column by currency, within the time limit of counts.',
    }),
    timeZone: Type.Optional(timeZone),
    ...labelsQuery,
  },
  { additionalProperties: false },
)

/** The filter of a board, as the API document shows it. */
export const boardFilter = filterOf(
  'Filter, as in lists of these records. It applies to all columns. The pipeline and the stage cannot be named.',
  { responsibleId: 'me', createdAt: { gte: 'last30Days' } },
  Type.String(),
)

const BoardColumn = Type.Object(
  {
    stage: ref(StageDocument),
    data: Type.Array(anyRecord, { description: 'First records of the stage.' }),
    page: ref(Page),
    total: Type.Optional(
      nullable(Type.Integer(), { description: 'Number of records in the stage. Null if counting took too long.' }),
    ),
    totalKind: Type.Optional(ref(TotalKind)),
    sums: Type.Optional(
      nullable(Type.Array(ref(AmountSum)), {
        description: 'Sums of the amounts by currency. Null if adding up took too long.',
      }),
    ),
    sumsStatus: Type.Optional(
      enumOf(['exact', 'timedOut'], {
        description: 'Whether the sums are exact, or are missing because adding up took too long.',
      }),
    ),
  },
  {
    $id: 'BoardColumn',
    description:
      'A stage with its first records. The list of these records continues from the cursor in `page.next`, with the same `fields`, `expand` and `limit`.',
  },
)

/** A board in a response. */
export const BoardDocument = Type.Object(
  {
    pipeline: ref(PipelineDocument),
    columns: Type.Array(ref(BoardColumn), { description: 'Stages of the pipeline in their order.' }),
  },
  { $id: 'Board', description: 'The stages of a pipeline with their records.' },
)

/** The named schemas of boards. */
export const boardSchemas = [BoardColumn, BoardDocument]
