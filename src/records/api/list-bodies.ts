import Type, { type Static, type TSchema } from 'typebox'
import type { SystemType } from '../../entities/types.ts'
import { filterSchemasOf } from '../../filters/schemas.ts'
import { checkedAs, enumOf, toldDefault } from '../../schema/build.ts'
import { mostFacets } from '../list/facets.ts'
import { type NameUse, namesRef } from './name-schemas.ts'
import { listParts as parts } from './requests.ts'
import { nameOf } from './schemas.ts'

/** What the bodies of lists and counts name: filters and fields, as the document lists them for a type. */
interface Named {
  filter: TSchema
  fields: TSchema
  sort: TSchema
  expand: TSchema
  facets: TSchema
}

const any: Named = {
  filter: Type.Unknown(),
  fields: Type.String(),
  sort: Type.Union([Type.String({ maxLength: 500 }), Type.Array(Type.String(), { maxItems: 500 })]),
  expand: Type.String(),
  facets: Type.String(),
}

function searchBody(named: Named, options: object) {
  return Type.Object(
    {
      filter: Type.Optional(Type.Unsafe<unknown>(named.filter)),
      q: Type.Optional(parts.q),
      sort: Type.Optional(Type.Unsafe<string | string[]>({ ...named.sort, description: parts.sortNote })),
      fields: Type.Optional(
        Type.Array(Type.Unsafe<string>(named.fields), {
          maxItems: 500,
          description: 'Fields to answer; all when left out.',
        }),
      ),
      expand: Type.Optional(
        Type.Array(Type.Unsafe<string>(named.expand), { maxItems: 100, description: parts.expandNote }),
      ),
      limit: Type.Optional(toldDefault(parts.limit)),
      cursor: Type.Optional(parts.cursor),
      count: Type.Optional(toldDefault(parts.count)),
      facets: Type.Optional(
        Type.Array(Type.Unsafe<string>(named.facets), {
          maxItems: mostFacets,
          uniqueItems: true,
          description:
            'Fields with few values (options, dictionaries, stages, pipelines, currencies, people, yes or no) by which all records of the list are counted.',
        }),
      ),
      timeZone: Type.Optional(parts.timeZone),
    },
    { ...options, additionalProperties: false, description: 'A list that is asked for.' },
  )
}

/** A list asked for in a body, with conditions nested as one likes. */
const SearchBody = searchBody(any, {})

function countBody({ filter }: Pick<Named, 'filter'>, options: object) {
  return Type.Object(
    {
      filter: Type.Optional(Type.Unsafe<unknown>(filter)),
      q: Type.Optional(parts.q),
      count: Type.Optional(
        enumOf(['exact', 'estimated'], { description: 'How exact the number has to be; `exact` when left out.' }),
      ),
      timeZone: Type.Optional(parts.timeZone),
    },
    { ...options, additionalProperties: false, description: 'What to count.' },
  )
}

/** What to count. */
const CountBody = countBody(any, {})

/** The named schemas of the bodies that ask for lists and counts of a type. */
export function listBodySchemas(type: SystemType): TSchema[] {
  const name = nameOf(type.code)
  const names = (use: NameUse) => namesRef(type, use)
  const sort = names('sort')
  const named = {
    ...{ filter: filterRef(type), fields: names('fields'), expand: names('expand'), facets: names('facets') },
    sort: { anyOf: [sort, Type.Array(sort)] },
  }
  const recent = { field: 'createdAt', op: 'gte', value: 'last30Days' }
  const fromWeb = { field: 'source', op: 'eq', value: 'WEB' }
  const searched = { examples: [{ filter: recent, sort: '-createdAt', facets: ['source'], limit: 10 }] }
  return [
    ...filterSchemasOf(name, names('conditions')),
    searchBody(named, { ...checkedAs(SearchBody), ...searched, $id: `${name}Search` }),
    countBody(named, { ...checkedAs(CountBody), examples: [{ filter: fromWeb }], $id: `${name}CountRequest` }),
  ]
}

/** A filter on a type's records. */
export function filterRef({ code }: SystemType): TSchema {
  return Type.Ref(`${nameOf(code)}Filter`)
}

/** The bodies that ask for a list and a count of a type. */
export function listBodies({ code }: SystemType) {
  return {
    search: Type.Unsafe<Static<typeof SearchBody>>(Type.Ref(`${nameOf(code)}Search`)),
    count: Type.Unsafe<Static<typeof CountBody>>(Type.Ref(`${nameOf(code)}CountRequest`)),
  }
}
