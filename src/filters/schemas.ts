import Type, { type TSchema } from 'typebox'
import { type Operator, operators } from '../fields/scalar.ts'
import { enumOf, shownOnly } from '../schema/build.ts'
import { bounds } from './filter.ts'

const value = { type: ['string', 'number', 'boolean'] }
const list = { type: 'array', items: value }

const group = (name: string, members: object, description: string) => ({
  type: 'object',
  properties: { [name]: { ...members, description } },
  required: [name],
  additionalProperties: false,
})

/**
 * Returns the schemas of a filter in a request body, named after the type. `fieldName` lists the allowed names. The
 * schemas are for the API document only: the fields validate the filter, because they report more precise faults.
 */
export function filterSchemasOf(name: string, fieldName: TSchema): TSchema[] {
  const condition = Type.Object(
    {
      field: fieldName,
      op: Type.Optional(enumOf(operators, { description: 'Operator. Defaults to `eq`.' })),
      value: Type.Unsafe<unknown>({
        anyOf: [value, list],
        description: 'Value to compare with: a list for `in`, `nin` and `between`, true or false for `isEmpty`.',
      }),
    },
    { ...shownOnly, $id: `${name}Condition`, additionalProperties: false, description: 'A condition on one field.' },
  )
  const self = { $ref: `${name}Filter` }
  const filter = {
    ...shownOnly,
    $id: `${name}Filter`,
    anyOf: [
      { $ref: `${name}Condition` },
      group('and', { type: 'array', items: self }, 'Matches records that match all of these filters.'),
      group('or', { type: 'array', items: self }, 'Matches records that match at least one of these filters.'),
      group('not', self, 'Matches records that do not match this filter.'),
    ],
    description: `A condition, or conditions combined with \`and\`, \`or\` and \`not\`. At most ${bounds.depth} levels, ${bounds.conditions} conditions and ${bounds.values} values in a list. To filter by a field of a linked record, write the link first: \`responsible.lastName\`.`,
    examples: [
      {
        and: [
          { field: 'createdAt', op: 'gte', value: 'thisMonth' },
          { not: { field: 'source', op: 'isEmpty', value: true } },
        ],
      },
    ],
  }
  return [condition, Type.Unsafe(filter)]
}

const commas = { anyOf: [{ type: 'string' }, list] }
const operands: Record<Operator, [schema: object, description: string]> = {
  eq: [value, 'Equals the value.'],
  ne: [value, 'Does not equal the value. Includes records without a value.'],
  gt: [value, 'Greater than the value.'],
  gte: [value, 'Greater than or equal to the value.'],
  lt: [value, 'Less than the value.'],
  lte: [value, 'Less than or equal to the value.'],
  in: [commas, 'Equals one of the values. Separate them with commas.'],
  nin: [commas, 'Equals none of the values. Includes records without a value.'],
  between: [commas, 'Between two values, inclusive. Separate them with a comma.'],
  contains: [{ type: 'string' }, 'Contains the text. Ignores case, accents and the difference between ё and е.'],
  startsWith: [{ type: 'string' }, 'Starts with the text. Ignores case, accents and the difference between ё and е.'],
  isEmpty: [{ type: 'boolean' }, '`true` matches records without a value, `false` records with a value.'],
}

const FieldFilter = Type.Object(
  Object.fromEntries(
    operators.map((name) => [name, Type.Optional({ ...operands[name][0], description: operands[name][1] } as TSchema)]),
  ),
  {
    ...shownOnly,
    $id: 'FieldFilter',
    additionalProperties: false,
    description: 'Conditions on one field in the URL, by operator.',
  },
)

/** Returns the `filter` query parameter for the API document, because a query schema cannot list condition names. */
export function filterOf(description: string, example: object, names: TSchema) {
  return {
    ...{ name: 'filter', in: 'query', style: 'deepObject', explode: true, description, example },
    schema: {
      type: 'object',
      propertyNames: names,
      additionalProperties: { anyOf: [value, { $ref: '#/components/schemas/FieldFilter' }] },
    },
  }
}

/** The named schemas that all filters use. */
export const filterSchemas = [FieldFilter]
