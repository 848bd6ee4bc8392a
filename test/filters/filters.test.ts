import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Api, startApi } from '../api.ts'
import { aContact, type Saved } from '../seed.ts'
import { type Ast, type Comparison, type FilterField, fulfils, operatorsOf, parameter } from './model.ts'

// What goes wrong with texts: case, ё, signs of LIKE, quotes, commas, blanks, words of other fields.
const texts = [
  ...['Ёлка', 'елка', 'ЁЛКА 5', 'Иванов', 'иванов', '100%', '100', 'a_b', 'aXb', 'back\\slash', 'back', "O'Neil"],
  ...['"x", y', 'a,b', 'me', 'null', 'today', 'a  b', '😀 smile', '-1'],
]
const fragments = ['л', 'ё', 'Ё', '%', '_', '\\', '0%', 'a_', '\\s', "'", '"', ',', ' ', 'ИВАН', 'ME', '😀']
const numbers = [-5, 0, 1, 7, 9_007_199_254_740_991, -9_007_199_254_740_991]
const decimals = [
  '2.5',
  '2.50',
  '-0.01',
  '0',
  '0.00',
  '10',
  '9',
  '123456789012345678901234567890.5',
  '2.500000000000001',
]
const days = ['2024-02-29', '2025-12-31', '2026-01-01', '0001-01-01', '9999-12-31']
const instants = [
  ...['2026-01-31T09:00:00.000Z', '2026-01-31T09:00:00.000001Z', '2026-01-31T09:00:00.0001Z'],
  ...['2025-12-31T23:59:59.999999Z', '2026-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999999Z'],
]
const phones = ['+74951234567', '+79451234567', '112']

const pools: Record<Comparison, { values: readonly unknown[]; operands: readonly unknown[] }> = {
  text: { values: texts, operands: [...texts, 'nobody', ' '] },
  code: { values: ['WEB', 'CALL', 'OTHER'], operands: ['WEB', 'CALL', 'EMAIL'] },
  number: { values: numbers, operands: [...numbers, 2, -6] },
  decimal: { values: decimals, operands: [...decimals, '2.49', '-1', '11.0'] },
  day: { values: days, operands: [...days, '2026-01-02', '1000-01-01'] },
  instant: { values: instants, operands: [...instants, '2026-01-31', '2025-12-31', '2026-01-31T08:00:00Z'] },
  flag: { values: [true, false], operands: [true, false] },
}

// Fields of users: each kind with one value and, where it may, with several.
const userKinds: [string, Comparison, boolean][] = [
  ['string', 'text', true],
  ['text', 'text', true],
  ['integer', 'number', true],
  ['decimal', 'decimal', true],
  ['boolean', 'flag', false],
  ['date', 'day', true],
  ['datetime', 'instant', true],
]
const listOf = (value: unknown) => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value])
const member = (path: string) => (record: Record<string, unknown>) =>
  listOf(path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], record))
const field = (
  path: string,
  comparison: Comparison,
  valuesOf: FilterField['valuesOf'] = member(path),
): FilterField => ({
  ...{ path, comparison, valuesOf },
  ...{ operators: operatorsOf[comparison], operands: pools[comparison].operands },
})
const normalized = ({ phones: list }: Record<string, unknown>) =>
  (list as { normalized: string }[]).map((one) => one.normalized)

const fields: FilterField[] = [
  field('lastName', 'text'),
  field('address.city', 'text'),
  field('address.lines', 'text'),
  field('comment', 'text'),
  field('source', 'code'),
  field('birthDate', 'day'),
  field('createdAt', 'instant'),
  field('opened', 'flag'),
  { ...field('id', 'number'), operands: [1, 3, 40, 41, 1_000_000] },
  { ...field('phones', 'text', normalized), operators: operatorsOf.code, operands: [...phones, '+78121234567'] },
  field('externalIds.key', 'text', ({ externalIds }) => (externalIds as { key: string }[]).map(({ key }) => key)),
  ...userKinds.flatMap(([kind, comparison, several]) => [
    field(`userFields.one_${kind}`, comparison),
    ...(several ? [field(`userFields.many_${kind}`, comparison)] : []),
  ]),
  field('userFields.price.amount', 'decimal'),
]
const byPath = new Map(fields.map((one) => [one.path, one]))

let api: Api
let records: Saved[]

beforeAll(async () => {
  api = await startApi()
  const make = (body: object) => api.call('post', '/v1/types/contact/fields', body).expect(201)
  for (const [kind, , several] of userKinds) {
    await make({ code: `one_${kind}`, kind, label: kind })
    if (several) await make({ code: `many_${kind}`, kind, multiple: true, label: kind })
  }
  await make({ code: 'price', kind: 'money', label: 'Price' })
  const bodies = fc.sample(body(), { seed: 5, numRuns: 120 })
  records = await Promise.all(bodies.map((one, index) => aContact(api, keyed(one, index))))
})
afterAll(() => api.close())

const runs = Number(process.env.FC_RUNS ?? 200)

describe('A filter', () => {
  it('in a body finds what the model of two-valued logic finds, and its complement the others', async () => {
    await fc.assert(
      fc.asyncProperty(ast(), async (filter) => {
        const expected = records.filter((record) => fulfils(record, filter, byPath)).map(({ id }) => id)
        expect(await searched(filter)).toEqual(expected.sort((a, b) => a - b))
        if (depthOf(filter) === 5) return
        const others = records.map(({ id }) => id).filter((id) => !expected.includes(id))
        expect(await searched({ not: filter })).toEqual(others.sort((a, b) => a - b))
      }),
      { numRuns: runs },
    )
  })

  it('in a URL finds the same', async () => {
    const several = fc.uniqueArray(condition(), { maxLength: 4, selector: ({ field, op }) => `${field} ${op}` })
    await fc.assert(
      fc.asyncProperty(several, async (and) => {
        const query = new URLSearchParams([
          ...and.map(parameter),
          ['timeZone', 'UTC'],
          ['limit', '500'],
          ['sort', 'id'],
        ])
        const { status, body } = await api.call('get', `/v1/contacts?${query}&fields=id`)
        expect([status, body.errors]).toEqual([200, undefined])
        const expected = records.filter((record) => fulfils(record, { and }, byPath)).map(({ id }) => id)
        expect(body.data.map(({ id }: Saved) => id)).toEqual(expected.sort((a, b) => a - b))
      }),
      { numRuns: runs },
    )
  })
})

async function searched(filter: Ast): Promise<number[]> {
  const asked = { filter, timeZone: 'UTC', limit: 500, sort: 'id', fields: ['id'] }
  const { status, body } = await api.call('post', '/v1/contacts/search', asked)
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ id }: Saved) => id)
}

/** A contact's body; what is left out is empty. */
function body() {
  const one = (comparison: Comparison) => fc.constantFrom(...pools[comparison].values)
  const several = (comparison: Comparison, most = 3) =>
    fc.uniqueArray(one(comparison), { minLength: 1, maxLength: most })
  const userFields = Object.fromEntries([
    ...userKinds.map(([kind, comparison]) => [`one_${kind}`, one(comparison)]),
    ...userKinds.flatMap(([kind, comparison, many]) => (many ? [[`many_${kind}`, several(comparison)]] : [])),
    ['price', fc.record({ amount: one('decimal'), currency: fc.constant('RUB') })],
  ])
  const sparse = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) => fc.record(model, { requiredKeys: [] })
  return sparse({
    lastName: one('text'),
    address: sparse({ city: one('text'), lines: several('text') }),
    comment: one('text'),
    source: fc.option(one('code')),
    birthDate: one('day'),
    opened: one('flag'),
    phones: fc
      .uniqueArray(fc.constantFrom(...phones), { maxLength: 2 })
      .map((list) => list.map((value) => ({ value }))),
    externalIds: several('text').map((keys) => keys.map((key) => ({ key: String(key) }))),
    userFields: sparse(userFields),
  })
}

/** External keys belong to one record each. */
function keyed({ externalIds, ...rest }: { externalIds?: { key: string }[] }, index: number): Record<string, unknown> {
  return { ...rest, ...(externalIds && { externalIds: externalIds.map(({ key }) => ({ source: `s${index}`, key })) }) }
}

function condition() {
  return fc.constantFrom(...fields).chain(({ path, operators, operands, comparison }) =>
    fc.constantFrom(...operators).chain((op): fc.Arbitrary<Extract<Ast, { field: string }>> => {
      const operand = fc.constantFrom(...operands)
      const value: fc.Arbitrary<unknown> =
        op === 'isEmpty'
          ? fc.boolean()
          : op === 'in' || op === 'nin'
            ? fc.array(operand, { maxLength: 4 })
            : op === 'between'
              ? fc.tuple(operand, operand)
              : comparison === 'text' && (op === 'contains' || op === 'startsWith')
                ? fc.constantFrom(...fragments, ...texts)
                : operand
      return value.map((one) => ({ field: path, op, value: one }))
    }),
  )
}

function ast(): fc.Arbitrary<Ast> {
  return fc.letrec<{ ast: Ast }>((tie) => ({
    ast: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      condition(),
      fc.record({ and: fc.array(tie('ast'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('ast'), { maxLength: 3 }) }),
      fc.record({ not: tie('ast') }),
    ),
  })).ast
}

function depthOf(filter: Ast): number {
  const parts = 'and' in filter ? filter.and : 'or' in filter ? filter.or : 'not' in filter ? [filter.not] : []
  return 1 + Math.max(0, ...parts.map(depthOf))
}
