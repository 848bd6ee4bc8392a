import Type, { type TSchema } from 'typebox'
import { countedListOf } from '../http/lists.ts'
import { nameOf } from '../records/api/field-properties.ts'
import { CountBody, SearchBody } from '../records/api/list-bodies.ts'
import { CountResult, facets } from '../records/api/requests.ts'
import { anyRecord } from '../records/api/schemas.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import { checkedAs, ref } from '../schema/build.ts'

/** The most queries of one request. */
export const mostQueries = 20

function queryWith(type: TSchema, search: TSchema, count: TSchema, options: object) {
  return Type.Object(
    {
      type: Type.Unsafe<string>({ ...type, description: 'Code of the record type.' }),
      search: Type.Optional(
        Type.Unsafe<SearchBody>({ ...search, description: 'Request for a list. Either this or `count` is required.' }),
      ),
      count: Type.Optional(Type.Unsafe<CountBody>({ ...count, description: 'Request for a count.' })),
    },
    { additionalProperties: false, description: 'A list or a count of records of one type.', ...options },
  )
}

/** A query as the server checks it, of any type. */
const AnyQuery = queryWith(Type.String(), SearchBody, CountBody, {})
/** A search or a count of records of one type. */
export type Query = Type.Static<typeof AnyQuery>

/** Returns the named schemas of queries: those of each type, of all types, and of a request with several. */
export function querySchemas(types: readonly DescribedType[]): TSchema[] {
  const queries = types.map(({ code, isAny }) => {
    const name = nameOf(code)
    const type = isAny ? Type.String() : Type.Literal(code)
    const [search, count] = [Type.Ref(`${name}Search`), Type.Ref(`${name}CountRequest`)]
    return queryWith(type, search, count, { ...checkedAs(AnyQuery), $id: `${name}Query` })
  })
  const query = Type.Unsafe<Query>({
    ...checkedAs(AnyQuery),
    $id: 'Query',
    // With any code as its type, a query of any smart process would hide the mistakes in all others.
    anyOf: types.flatMap(({ code, isAny }) => (isAny ? [] : [Type.Ref(`${nameOf(code)}Query`)])),
    description:
      'A list or a count. Smart processes are allowed as well: the document of an instance has their queries.',
  })
  return [...queries, query, requestOf(types)]
}

/** Returns the schema of a request with several queries. The example has fields that every caller sees. */
function requestOf(types: readonly DescribedType[]): TSchema {
  const type = types.find(({ isAny }) => !isAny)?.code
  const search = { sort: '-createdAt', fields: ['createdAt', 'responsible.lastName'], limit: 20 }
  const example = { latest: { type, search }, users: { type, count: { facets: ['responsibleId'] } } }
  const description = `Queries by names that you choose, at most ${mostQueries}.`
  const queries = Type.Record(Type.String({ maxLength: 100 }), Type.Ref('Query'), {
    ...{ minProperties: 1, maxProperties: mostQueries, description },
  })
  return Type.Object(
    { queries },
    {
      $id: 'QueriesRequest',
      additionalProperties: false,
      description: 'Queries to answer in one request.',
      ...(type !== undefined && { examples: [{ queries: example }] }),
    },
  )
}

/** A reference to the schema of a request with several queries. */
export const queriesRequest = Type.Unsafe<{ queries: Record<string, Query> }>(Type.Ref('QueriesRequest'))

const QueryList = countedListOf(anyRecord, 'QueryList', { facets: Type.Optional(facets) })

/** The response to several queries. */
export const QueryResults = Type.Object(
  {
    results: Type.Record(
      Type.String(),
      Type.Unsafe<object>({ anyOf: [ref(QueryList), ref(CountResult)], description: 'A page of a list, or a count.' }),
      { description: 'Results by the names of the queries.' },
    ),
  },
  { $id: 'QueryResults', description: 'The result of each query, as the single request would return it.' },
)

/** The named schemas of queries that do not depend on record types. */
export const sharedQuerySchemas = [QueryList, QueryResults]
