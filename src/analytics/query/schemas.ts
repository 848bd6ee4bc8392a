import Type, { type Static } from 'typebox'
import { listSchema, valueSchema } from '../../fields/operands.ts'
import { type OperatorName, operatorNames, operatorSets } from '../../fields/operators.ts'
import { timeZone } from '../../lists/parameters.ts'
import { periodMembers } from '../../reporting-period/schemas.ts'
import { describedDefault, enumOf, ref } from '../../schema/build.ts'
import { anyFilter } from '../table.ts'
import { bucketNames } from './buckets.ts'
import { functionNames } from './functions.ts'

/** The bounds of a query. */
export const queryLimits = { groups: 3, measures: 20, rows: 1000, top: 100, having: 20, filterDepth: 4, conditions: 20 }

/** The currency of queries that add up amounts by currency. */
export const eachCurrency = 'each'

const fieldName = (description: string, examples: string[]) => Type.String({ maxLength: 200, description, examples })
const key = Type.String({
  pattern: '^[a-z][a-zA-Z0-9]{0,49}$',
  examples: ['won'],
})
const filter = (description: string) =>
  Type.Optional({
    ...anyFilter,
    description: `${description} At most ${queryLimits.filterDepth} levels and ${queryLimits.conditions} conditions.`,
  })

/** A measure in a request. */
export const QueryMeasure = Type.Object(
  {
    as: Type.Optional({
      ...key,
      description: 'Key of its column. Default: `measure0` for the first measure, and so on.',
    }),
    fn: enumOf(functionNames, {
      description:
        'How the values are combined. `count` counts records, `distinct` different values. `median` is the middle value, or the mean of the two middle ones. `percentile` is the smallest value that is not less than `p` % of the values.',
    }),
    field: Type.Optional(
      fieldName('Field to calculate with, also of a linked record: `company.annualRevenue`. Not for `count`.', [
        'amount',
      ]),
    ),
    since: Type.Optional(
      fieldName('Another field with times. The measure is about the seconds from there to `field`.', ['createdAt']),
    ),
    p: Type.Optional(
      Type.Number({ minimum: 0, maximum: 100, description: 'Percentage, only for `percentile`.', examples: [90] }),
    ),
    filter: filter('Only records that match this filter count.'),
  },
  { $id: 'QueryMeasure', additionalProperties: false, description: 'A value that a query calculates for each group.' },
)
export type QueryMeasure = Static<typeof QueryMeasure>

/** A group in a request. */
export const QueryGroup = Type.Object(
  {
    as: Type.Optional({ ...key, description: 'Key of its column. Default: `group0` for the first group, and so on.' }),
    field: fieldName('Field to group by, also of a linked record: `company.industry`.', ['source']),
    bucket: Type.Optional(
      enumOf(bucketNames, {
        description:
          'Part of time for dates and timestamps, in the time zone. Weeks begin on Monday. Default for dates: `day`.',
      }),
    ),
    empty: Type.Optional(
      describedDefault(
        Type.Boolean({
          default: false,
          description: `Whether each part of the period has a row, also without records. Requires a period with at most ${queryLimits.rows} parts. Only for a single group with a \`bucket\` of consecutive times, in the order of time and without \`having\`.`,
        }),
      ),
    ),
    top: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: queryLimits.top,
        description:
          'Only this number of groups: the largest by the first measure of `sort`, or else by the first measure. Not with `bucket`.',
      }),
    ),
    other: Type.Optional(
      Type.Boolean({
        description: 'With `top`: whether a further row has the records that are in none of these groups.',
      }),
    ),
  },
  { $id: 'QueryGroup', additionalProperties: false, description: 'A field by whose values a query groups records.' },
)
export type QueryGroup = Static<typeof QueryGroup>

/** A condition on a measure in a request. */
export const QueryCondition = Type.Object(
  {
    measure: Type.String({ maxLength: 50, description: 'Key of the measure.', examples: ['measure0'] }),
    op: Type.Optional(
      enumOf(operatorNames.filter((name) => operatorSets.order.includes(name as never)) as [OperatorName], {
        description: 'Operator, as in filters.',
      }),
    ),
    value: Type.Unsafe<unknown>({
      anyOf: [valueSchema, listSchema],
      description: 'Value to compare with, as in filters: decimals are strings.',
      examples: [10],
    }),
  },
  {
    $id: 'QueryCondition',
    additionalProperties: false,
    description: 'A condition that the rows of a query must meet.',
  },
)
export type QueryCondition = Static<typeof QueryCondition>

/** The body of a query. */
export const Query = Type.Object(
  {
    type: Type.String({ maxLength: 100, description: 'Code of the record type.', examples: ['deal'] }),
    filter: filter('Filter, as in lists of these records.'),
    ...periodMembers,
    timeZone: Type.Optional(timeZone),
    currency: Type.Optional(
      Type.String({
        maxLength: 10,
        description:
          'Currency that amounts are converted to, or `each` to add them up by currency. Amounts of closed records are converted by the rate of the day of closing, others by the rate of the last day of the period, or of today. Default: the currency of reports.',
        examples: ['each'],
      }),
    ),
    measures: Type.Array(ref(QueryMeasure), {
      minItems: 1,
      maxItems: queryLimits.measures,
      description: 'What to calculate.',
    }),
    groupBy: Type.Optional(
      Type.Array(ref(QueryGroup), {
        maxItems: queryLimits.groups,
        description: 'What to group by. Without groups there are only totals.',
      }),
    ),
    having: Type.Optional(
      Type.Array(ref(QueryCondition), {
        maxItems: queryLimits.having,
        description: 'Conditions on the measures of a row, all of which must match. They do not change the totals.',
      }),
    ),
    sort: Type.Optional(
      Type.Array(Type.String({ maxLength: 51 }), {
        maxItems: queryLimits.groups + queryLimits.measures,
        description:
          'Keys of groups and measures to sort by, with `-` for descending order. Default: by time if the first group is a part of time, else by the first measure, largest first.',
        examples: [['-measure0', 'group0']],
      }),
    ),
    limit: Type.Optional(
      describedDefault(
        Type.Integer({ minimum: 1, maximum: queryLimits.rows, default: 100, description: 'Maximum number of rows.' }),
      ),
    ),
    labels: Type.Optional(
      describedDefault(
        Type.Boolean({
          default: true,
          description: 'Whether labels have the words for values, such as names. Otherwise they repeat the values.',
        }),
      ),
    ),
  },
  {
    $id: 'AnalyticsQuery',
    additionalProperties: false,
    description: 'A question about the records of a type.',
    examples: [
      {
        type: 'deal',
        filter: { field: 'createdAt', op: 'gte', value: 'thisYear' },
        measures: [{ fn: 'count' }, { fn: 'sum', field: 'amount' }],
        groupBy: [{ field: 'source', top: 5, other: true }],
      },
    ],
  },
)
export type Query = Static<typeof Query>

/** The named schemas of queries. */
export const querySchemas = [QueryMeasure, QueryGroup, QueryCondition, Query]
