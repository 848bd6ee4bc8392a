import Type, { type TSchema } from 'typebox'
import { flag, listSchema, type OperandForm, valueSchema } from '../fields/operands.ts'
import { defaultOperator, operatorNamed, operatorNames, operators } from '../fields/operators.ts'
import { documentedOnly, enumOf } from '../schema/build.ts'
import { filterLimits } from './filter.ts'

const inWords = new Intl.ListFormat('en-GB')

/** Returns the names of the operators with such an operand, for a sentence. */
function operatorsWith(isMeant: (operand: OperandForm) => boolean): string {
  const meant = operatorNames.filter((name) => isMeant(operators[name].operand))
  return inWords.format(meant.map((name) => `\`${name}\``))
}

/** The names of the operators with a list of values, for a sentence. */
export const listOperators = operatorsWith(({ isList }) => isList ?? false)
const flagOperators = operatorsWith((operand) => operand === flag)

/** All names of the operators. */
const spellings = operatorNames.flatMap((name) => [name, operators[name].alias ?? []].flat())

const group = (name: string, members: object, description: string) => ({
  type: 'object',
  properties: { [name]: { ...members, description } },
  required: [name],
  additionalProperties: false,
})

/**
 * Returns the schemas of a filter in a request body, named after the type. `fieldName` lists the allowed names, and
 * `event` is a condition on an event. The schemas are for the API document only: the fields validate the filter, because
 * they report more precise faults.
 */
export function filterSchemasOf(name: string, fieldName: TSchema, event: TSchema): TSchema[] {
  const condition = Type.Object(
    {
      field: fieldName,
      op: Type.Optional(enumOf(spellings, { description: `Operator. Defaults to \`${defaultOperator}\`.` })),
      value: Type.Unsafe<unknown>({
        anyOf: [valueSchema, listSchema],
        description: `Value to compare with: a list for ${listOperators}, true or false for ${flagOperators}.`,
      }),
    },
    {
      ...documentedOnly,
      $id: `${name}Condition`,
      additionalProperties: false,
      description: 'A condition on one field.',
    },
  )
  const self = { $ref: `${name}Filter` }
  const filters = { type: 'array', items: self, maxItems: filterLimits.conditions }
  const filter = {
    ...documentedOnly,
    $id: `${name}Filter`,
    anyOf: [
      { $ref: `${name}Condition` },
      event,
      group('and', filters, 'Matches records that match all of these filters.'),
      group('or', filters, 'Matches records that match at least one of these filters.'),
      group('not', self, 'Matches records that do not match this filter.'),
    ],
    description: `A condition on a field or on an event, or conditions combined with \`and\`, \`or\` and \`not\`. At most ${filterLimits.depth} levels, ${filterLimits.conditions} conditions and ${filterLimits.values} values in a list. To filter by a field of a linked record, write the link first: \`responsible.lastName\`.`,
    examples: [
      {
        and: [
          { field: 'createdAt', op: 'gte', value: 'thisMonth' },
          { not: { field: 'responsibleId', op: 'eq', value: 'me' } },
        ],
      },
    ],
  }
  return [condition, Type.Unsafe(filter)]
}

const FieldFilter = Type.Object(
  Object.fromEntries(
    spellings.map((name) => {
      const { operand, description } = operatorNamed(name)!
      return [name, Type.Optional({ ...operand.schema, description } as TSchema)]
    }),
  ),
  {
    ...documentedOnly,
    $id: 'FieldFilter',
    additionalProperties: false,
    description: 'Conditions on one field in the URL, by operator.',
  },
)

/** Returns the `filter` query parameter for the API document, because a query schema cannot list condition names. */
export function filterOf(description: string, example: object, names: TSchema) {
  return {
    name: 'filter',
    in: 'query',
    style: 'deepObject',
    explode: true,
    description,
    example,
    schema: {
      type: 'object',
      propertyNames: names,
      additionalProperties: { anyOf: [valueSchema, { $ref: '#/components/schemas/FieldFilter' }] },
    },
  }
}

/** The named schemas that all filters use. */
export const filterSchemas = [FieldFilter]
