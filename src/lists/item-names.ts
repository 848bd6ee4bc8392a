import Type, { type TSchema } from 'typebox'
import { targetsOf } from '../filters/resolve.ts'
import { filterOf, listOperators } from '../filters/schemas.ts'
import type { ListSource } from '../records/list/parse-list-request.ts'
import { givenOrder } from '../records/query/given-order.ts'
import { enumOf } from '../schema/build.ts'
import { namesParameter, sortNote } from './parameters.ts'

/** The names that requests for a list can use. `prefix` is that of the names of their schemas. */
interface ItemNames extends ListSource {
  prefix: string
  members: readonly string[]
  /** A value of the member that identifies an item. */
  example: string | number
}

/** Returns the schemas of the names in conditions, sort orders and `fields`. */
export function nameSchemas({ fields, prefix, members }: ItemNames): TSchema[] {
  const targets = [...targetsOf(fields).values()]
  const sortable = targets.filter((one) => one.sortable).map(({ path }) => path)
  const paths = targets.map(({ path }) => path)
  return [
    enumOf(paths, { $id: `${prefix}ConditionName`, description: 'A field to filter by.' }),
    enumOf([...sortable, ...sortable.map((path) => `-${path}`), givenOrder], {
      $id: `${prefix}SortName`,
      description: 'A field to sort by. Prefix with `-` for descending order.',
    }),
    enumOf([...members], { $id: `${prefix}FieldName`, description: 'A field to return.' }),
  ]
}

/** Returns the query parameters with these names, as the API document shows them. */
export function namedParameters({ fields, key, sort, prefix, example }: ItemNames) {
  const names = (use: string): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${prefix}${use}Name` })
  const [first] = [...fields.keys()].filter((path) => path !== key)
  const filter = filterOf(
    `Filter: \`filter[field]=value\` or \`filter[field][operator]=value\`. An item must match all conditions. Separate the values of ${listOperators} with commas.`,
    { [key]: { in: String(example) } },
    names('Condition'),
  )
  return [
    filter,
    namesParameter('sort', sortNote(sort, key), sort.split(','), names('Sort')),
    namesParameter(
      'fields',
      `Fields to return. Default: all fields. \`${key}\` is always returned.`,
      [key, first ?? key],
      names('Field'),
    ),
  ]
}
