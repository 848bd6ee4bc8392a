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
 * A filter of one type as bodies write it, for the document: it is read by the fields, which tell more of what is wrong.
 * Its schemas are named after the type, and `fieldName` lists what conditions are about.
 */
export function filterSchemasOf(name: string, fieldName: TSchema): TSchema[] {
  const condition = Type.Object(
    {
      field: fieldName,
      op: Type.Optional(enumOf(operators, { description: 'What is asked of it; `eq` when left out.' })),
      value: Type.Unsafe<unknown>({
        anyOf: [value, list],
        description: 'What it is compared with; a list for `in`, `nin` and `between`, true or false for `isEmpty`.',
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
      group('and', { type: 'array', items: self }, 'All of them hold.'),
      group('or', { type: 'array', items: self }, 'One of them holds.'),
      group('not', self, 'It does not hold.'),
    ],
    description: `Conditions, nested as one likes: at most ${bounds.depth} deep, ${bounds.conditions} conditions, ${bounds.values} values in a list. Fields of linked records are named over the link, such as \`responsible.lastName\`.`,
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
  eq: [value, 'Equal to the value.'],
  ne: [value, 'Not equal to it; empty ones are among these.'],
  gt: [value, 'Greater.'],
  gte: [value, 'Greater or equal.'],
  lt: [value, 'Less.'],
  lte: [value, 'Less or equal.'],
  in: [commas, 'One of the values, which have commas between them.'],
  nin: [commas, 'None of the values; empty ones are among these.'],
  between: [commas, 'Between two values, both included.'],
  contains: [{ type: 'string' }, 'Has the text in it. Case, accents and ё/е do not matter.'],
  startsWith: [{ type: 'string' }, 'Begins with the text. Case, accents and ё/е do not matter.'],
  isEmpty: [{ type: 'boolean' }, 'Whether it has no value.'],
}

const FieldFilter = Type.Object(
  Object.fromEntries(
    operators.map((name) => [name, Type.Optional({ ...operands[name][0], description: operands[name][1] } as TSchema)]),
  ),
  {
    ...shownOnly,
    $id: 'FieldFilter',
    additionalProperties: false,
    description: 'What is asked of one field in the URL, by operator.',
  },
)

/** How the document shows the conditions of a URL: no schema of a query can list their names. */
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

/** The schemas that requests with filters of whatever refer to. */
export const filterSchemas = [FieldFilter]
