import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Api, startApi } from '../api.ts'
import { contactFields, dealFields } from './fields.ts'
import { type Ast, type FilterField, fulfils, parts, queryParameters } from './model.ts'
import { makeRecords, type Records } from './records.ts'

// The normal suite tries the same few filters each time. `npm run test:long` tries thousands of new ones.
const runs = Number(process.env.FC_RUNS ?? 0)
const parameters = runs ? { numRuns: runs } : { numRuns: 150, seed: 42 }
const patience = 60_000 + runs * 200
const depth = 4

let api: Api
let all: Records
beforeAll(async () => {
  api = await startApi()
  all = await makeRecords(api)
})
afterAll(() => api.close())

describe.each([
  ['contacts', contactFields],
  ['deals', dealFields],
] as const)('A filter of %s', (plural, fieldsOf) => {
  let fields: FilterField[]
  let byPath: ReadonlyMap<string, FilterField>
  beforeAll(() => {
    fields = fieldsOf(all)
    byPath = new Map(fields.map((one) => [one.path, one]))
  })

  const expected = (filter: Ast, isWanted = true): number[] =>
    [...all[plural].entries()]
      .filter(([, record]) => fulfils(record, filter, byPath) === isWanted)
      .map(([id]) => id)
      .sort((a, b) => a - b)

  const searched = async (filter: Ast): Promise<number[]> => {
    const asked = { filter, timeZone: 'UTC', limit: 500, sort: 'id', fields: ['id'] }
    const { status, body } = await api.call('post', `/v1/${plural}/search`, asked)
    expect([status, body.errors]).toEqual([200, undefined])
    return body.data.map(({ id }: { id: number }) => id)
  }

  it(
    'in a request body finds the records that the model finds, and its negation finds the others',
    async () => {
      const property = fc.asyncProperty(ast(fields), async (filter) => {
        expect(await searched(filter)).toEqual(expected(filter))
        expect(await searched({ not: filter })).toEqual(expected(filter, false))
      })
      await fc.assert(property, parameters)
    },
    patience,
  )

  it(
    'in a URL finds the records that the model finds',
    async () => {
      const several = fc.uniqueArray(condition(fields), {
        maxLength: 4,
        selector: ({ field, op }) => `${field} ${op}`,
      })
      const property = fc.asyncProperty(several, async (and) => {
        const rest: [string, string][] = Object.entries({ timeZone: 'UTC', limit: '500', sort: 'id', fields: 'id' })
        const { status, body } = await api.call(
          'get',
          `/v1/${plural}?${new URLSearchParams([...and.map(queryParameters), ...rest])}`,
        )
        expect([status, body.errors]).toEqual([200, undefined])
        expect(body.data.map(({ id }: { id: number }) => id)).toEqual(expected({ and }))
      })
      await fc.assert(property, parameters)
    },
    patience,
  )

  it('has test records that differ in each field', () => {
    const told = ({ path, operators, operands, fragments = [] }: FilterField) =>
      operators.some((op) => {
        const values = isPart(op) ? fragments : op === 'isEmpty' ? [true] : operands
        return values.some((value) => {
          const found = expected({ field: path, op, value: operandsOf(op, value) }).length
          return found > 0 && found < all[plural].size
        })
      })
    // There is only one pipeline, and there are no leads.
    const same = plural === 'deals' ? ['pipelineId', 'leadId', 'lead.title'] : []
    expect(fields.filter((one) => !told(one)).map(({ path }) => path)).toEqual(same)
  })
})

function isPart(op: string): boolean {
  return parts.some((one) => one === op)
}

function operandsOf(op: string, value: unknown): unknown {
  if (op === 'between') return [value, value]
  return op === 'in' || op === 'nin' ? [value] : value
}

function condition(fields: readonly FilterField[]) {
  return fc.constantFrom(...fields).chain(({ path, operators, operands, fragments = [] }) =>
    fc.constantFrom(...operators).chain((op): fc.Arbitrary<Extract<Ast, { field: string }>> => {
      const operand = fc.constantFrom(...operands)
      const value: fc.Arbitrary<unknown> =
        op === 'isEmpty'
          ? fc.boolean()
          : op === 'in' || op === 'nin'
            ? fc.array(operand, { maxLength: 4 })
            : op === 'between'
              ? fc.tuple(operand, operand)
              : isPart(op)
                ? fc.constantFrom(...fragments)
                : operand
      return value.map((one) => ({ field: path, op, value: one }))
    }),
  )
}

function ast(fields: readonly FilterField[]): fc.Arbitrary<Ast> {
  return fc.letrec<{ ast: Ast }>((tie) => ({
    ast: fc.oneof(
      { maxDepth: depth - 1, withCrossShrink: true },
      condition(fields),
      fc.record({ and: fc.array(tie('ast'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('ast'), { maxLength: 3 }) }),
      fc.record({ not: tie('ast') }),
    ),
  })).ast
}
