import Type, { type Static, type TProperties, type TUnsafe } from 'typebox'
import { timeZone, withFilter } from '../../lists/parameters.ts'
import { periodMembers, periodParameters } from '../../reporting-period/schemas.ts'
import { describedDefault, enumOf, listTextOf } from '../../schema/build.ts'
import { formParameters } from '../forms/options.ts'
import { Query, queryLimits } from '../query/schemas.ts'
import { anyFilter } from '../table.ts'

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const listOf = <Item>(items: object) =>
  Type.Unsafe<Item[]>({ type: 'array', items, minItems: 1, maxItems: 100, uniqueItems: true })

const common = {
  timeZone: Type.Optional(timeZone),
  currency: Query.properties.currency,
  limit: Type.Optional(
    describedDefault(
      Type.Integer({ minimum: 1, maximum: queryLimits.rows, default: 100, description: 'Maximum number of rows.' }),
    ),
  ),
}

const userId = { anyOf: [id, { type: 'string', enum: ['me'] }] }

const texts = {
  pipelineId: 'Only records of these pipelines.',
  responsibleId: 'Only records of these users. `me` is the caller.',
  departmentId:
    'Only records of the users in these departments and in the departments below. Who is no administrator can name the departments that he is in or heads, and those below.',
  filter: 'Only records that match this filter, as in lists of these records.',
}

const bodyOnly = {
  pipelineId: Type.Optional({ ...listOf<number>(id), description: texts.pipelineId }),
  responsibleId: Type.Optional({
    ...listOf<number | 'me'>(userId),
    ...{ description: texts.responsibleId, examples: [['me']] },
  }),
  departmentId: Type.Optional({ ...listOf<number>(id), description: texts.departmentId }),
  filter: Type.Optional({
    ...anyFilter,
    ...{ description: texts.filter, examples: [{ field: 'amount', op: 'gte', value: '1000' }] },
  }),
}

/** The parameters of a report. */
export type ReportRequest = Static<Type.TObject<typeof periodMembers & typeof common & typeof bodyOnly>> & {
  groupBy?: string
  mode?: string
}

const idList = (description: string, items: object = id, item = '[0-9]{1,15}') =>
  Type.Optional(Type.String({ ...listTextOf(items), maxLength: 1000, pattern: `^${item}(,${item})*$`, description }))

const queryOnly = {
  pipelineId: idList(texts.pipelineId),
  responsibleId: idList(texts.responsibleId, userId, '([0-9]{1,15}|me)'),
  departmentId: idList(texts.departmentId),
  filter: Type.Optional(
    Type.String({
      ...{ maxLength: 10_000, examples: ['{"field":"amount","op":"gte","value":"1000"}'] },
      description: `${texts.filter} It is JSON, as in the body of a search. Conditions as in the URLs of lists are also possible: \`filter[amount][gte]=1000\`.`,
    }),
  ),
  ...formParameters,
}

/** The parameters of all reports in a URL. */
export type ReportQuery = Static<Type.TObject<typeof periodParameters & typeof common & typeof queryOnly>>

/** What a report takes besides the parameters of all reports. */
interface OwnParameters {
  groupNames: readonly string[]
  isCompared?: false
  parameters?: TProperties
}

function ownParameters({ groupNames, parameters = {} }: OwnParameters): TProperties {
  const description = `What the rows are about. Default: \`${groupNames[0]}\`.`
  return {
    ...(groupNames.length && { groupBy: Type.Optional(enumOf([...groupNames] as [string], { description })) }),
    ...parameters,
  }
}

function periodOf({ isCompared }: OwnParameters, { compare, ...period }: TProperties): TProperties {
  return { ...period, ...(isCompared !== false && { compare: compare! }) }
}

/** Returns the schema of the parameters of a report in a body, with a name. */
export function reportBody($id: string, own: OwnParameters) {
  const properties = { ...periodOf(own, periodMembers), ...common, ...ownParameters(own), ...bodyOnly }
  const description = 'The parameters of a report. Without a period it is about the present month.'
  const compare = own.isCompared === false ? {} : { compare: 'previous' }
  const examples = [{ period: 'lastMonth', ...compare, responsibleId: ['me'] }]
  const options = { $id, additionalProperties: false, description, examples }
  return Type.Unsafe<ReportRequest>(Type.Object(properties, options)) as TUnsafe<ReportRequest> & { $id?: string }
}

/** Returns the schema of the parameters of a report in a URL. */
export function reportParameters(own: OwnParameters) {
  const properties = { ...periodOf(own, periodParameters), ...common, ...ownParameters(own), ...queryOnly }
  return Type.Unsafe<ReportQuery>(withFilter(Type.Object(properties, { additionalProperties: false })))
}
