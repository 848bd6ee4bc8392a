import Type, { type Static } from 'typebox'
import { timeZone } from '../../records/api/requests.ts'
import { periodParameters } from '../../reporting-period/schemas.ts'
import { describedDefault } from '../../schema/build.ts'
import { queryLimits } from '../query/schemas.ts'

const ids = Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
})

const common = {
  ...periodParameters,
  timeZone: Type.Optional(timeZone),
  groupBy: Type.Optional(
    Type.String({
      maxLength: 50,
      description: 'What the rows are about. The report says which values it takes.',
      examples: ['responsible'],
    }),
  ),
  limit: Type.Optional(
    describedDefault(
      Type.Integer({ minimum: 1, maximum: queryLimits.rows, default: 100, description: 'Maximum number of rows.' }),
    ),
  ),
}

/** The parameters of a report in a body. */
export const ReportRequest = Type.Object(
  {
    ...common,
    pipelineId: Type.Optional({ ...ids, description: 'Only records of these pipelines.', examples: [[1]] }),
    responsibleId: Type.Optional({ ...ids, description: 'Only records of these users.', examples: [[1]] }),
    filter: Type.Optional(
      Type.Unknown({
        description: 'Only records that match this filter, as in lists of these records.',
        examples: [{ field: 'amount', op: 'gte', value: '1000' }],
      }),
    ),
  },
  {
    $id: 'ReportRequest',
    additionalProperties: false,
    description: 'The parameters of a report. Without a period it is about the present month.',
    examples: [{ period: 'lastMonth', compare: 'previous', groupBy: 'responsible' }],
  },
)
/** The parameters of a report in a body. */
export type ReportRequest = Static<typeof ReportRequest>

const idList = (description: string) =>
  Type.Optional(Type.String({ maxLength: 1000, description, pattern: '^[0-9]+(,[0-9]+)*$', examples: ['1'] }))

/** The parameters of a report in a URL. */
export const ReportQuery = Type.Object({
  ...common,
  pipelineId: idList('Only records of these pipelines: ids, separated by commas.'),
  responsibleId: idList('Only records of these users: ids, separated by commas.'),
  filter: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description: 'Only records that match this filter, as JSON: as in the body of a search for these records.',
      examples: ['{"field":"amount","op":"gte","value":"1000"}'],
    }),
  ),
})

/** The named schemas of reports. */
export const reportSchemas = [ReportRequest]
