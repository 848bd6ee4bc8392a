import Type, { type Static, type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import { filterSchemasOf } from '../../filters/schemas.ts'
import { hintedNames } from '../../lists/parameters.ts'
import { EventCondition } from '../../reporting-period/schemas.ts'
import { checkedAs, describedDefault, enumOf, ref } from '../../schema/build.ts'
import { mostFacets } from '../list/facets.ts'
import { nameOf } from './field-properties.ts'
import { type NameUse, namesRef } from './name-schemas.ts'
import { listParts as parts } from './requests.ts'

/** The schemas of the filters and field names in the bodies of lists and counts. */
interface NameSchemas {
  filter: TSchema
  fields: TSchema
  sort: TSchema
  expand: TSchema
  facets: TSchema
}

const any: NameSchemas = {
  filter: Type.Unknown(),
  fields: Type.String(),
  sort: Type.Union([Type.String({ maxLength: 500 }), Type.Array(Type.String(), { maxItems: 500 })]),
  expand: Type.String(),
  facets: Type.String(),
}

/** Returns the schema of the fields to count values of. */
function facetsOf({ facets, fields }: Pick<NameSchemas, 'facets' | 'fields'>) {
  const field = Type.Unsafe<string>(facets)
  const added = Type.Object(
    {
      field,
      sum: Type.Optional(
        Type.Unsafe<string>({
          ...fields,
          description: 'Amount to add up for each value, by currency, such as `amount`.',
        }),
      ),
    },
    { additionalProperties: false },
  )
  return Type.Array(Type.Union([field, added]), {
    maxItems: mostFacets,
    description:
      'Fields to count values of, over all records of the list. Only fields with few values: options, dictionaries, stages, pipelines, currencies, users, booleans. An object also adds up an amount: `{"field": "stageId", "sum": "amount"}`.',
  })
}

function searchBody(named: NameSchemas, options: object) {
  return Type.Object(
    {
      filter: Type.Optional(Type.Unsafe<unknown>(named.filter)),
      q: Type.Optional(parts.q),
      sort: Type.Optional(Type.Unsafe<string | string[]>({ ...named.sort, description: parts.sortNote })),
      fields: Type.Optional(
        Type.Array(Type.Unsafe<string>(named.fields), {
          maxItems: 500,
          description: parts.fieldsNote,
        }),
      ),
      expand: Type.Optional(
        Type.Array(Type.Unsafe<string>(named.expand), { maxItems: 100, description: parts.expandNote }),
      ),
      limit: Type.Optional(describedDefault(parts.limit)),
      cursor: Type.Optional(parts.cursor),
      page: Type.Optional(parts.page),
      count: Type.Optional(describedDefault(parts.count)),
      facets: Type.Optional(facetsOf(named)),
      timeZone: Type.Optional(parts.timeZone),
    },
    { ...options, additionalProperties: false, description: 'Request for a list.' },
  )
}

/** The body of a search: a request for a list, with a nested filter. */
export const SearchBody = searchBody(any, hintedNames({ ...parts, ...any }))
export type SearchBody = Static<typeof SearchBody>

function countBody(named: Pick<NameSchemas, 'filter' | 'facets' | 'fields'>, options: object) {
  return Type.Object(
    {
      filter: Type.Optional(Type.Unsafe<unknown>(named.filter)),
      q: Type.Optional(parts.q),
      count: Type.Optional(
        enumOf(['exact', 'estimated'], {
          description: '`exact` counts the records, `estimated` returns an estimate. Default: `exact`.',
        }),
      ),
      facets: Type.Optional(facetsOf(named)),
      timeZone: Type.Optional(parts.timeZone),
    },
    { ...options, additionalProperties: false, description: 'Request for a count.' },
  )
}

/** The body of a count request. */
export const CountBody = countBody(any, {})
export type CountBody = Static<typeof CountBody>

/** Returns the named schemas of the search and count bodies of a type. */
export function listBodySchemas(type: SystemType): TSchema[] {
  const name = nameOf(type.code)
  const names = (use: NameUse) => namesRef(type, use)
  const sort = names('sort')
  const named = {
    filter: filterRef(type),
    fields: names('fields'),
    expand: names('expand'),
    facets: names('facets'),
    sort: { anyOf: [sort, Type.Array(sort, { maxItems: 500 })] },
  }
  const recent = { field: 'createdAt', op: 'gte', value: 'last30Days' }
  // Fields that every type has.
  const own = { field: 'responsibleId', op: 'eq', value: 'me' }
  const searched = { examples: [{ filter: recent, sort: '-createdAt', facets: ['responsibleId'], limit: 10 }] }
  return [
    ...filterSchemasOf(name, names('conditions'), ref(EventCondition)),
    searchBody(named, { ...checkedAs(SearchBody), ...searched, $id: `${name}Search` }),
    countBody(named, { ...checkedAs(CountBody), examples: [{ filter: own }], $id: `${name}CountRequest` }),
  ]
}

/** Returns a reference to the filter schema of a type. */
export function filterRef({ code }: SystemType): TSchema {
  return Type.Ref(`${nameOf(code)}Filter`)
}

/** Returns references to the search and count bodies of a type. */
export function listBodies({ code }: SystemType) {
  return {
    search: Type.Unsafe<Static<typeof SearchBody>>(Type.Ref(`${nameOf(code)}Search`)),
    count: Type.Unsafe<Static<typeof CountBody>>(Type.Ref(`${nameOf(code)}CountRequest`)),
  }
}
