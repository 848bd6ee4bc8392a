import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { type Api, startApi } from '../api.ts'
import { createFields, fieldsOfEveryKind } from '../fields-of-every-kind.ts'
import { aFile, fileReference } from '../files/stored.ts'
import { aCompany, aDeal, aQuote } from '../seed.ts'

/** Values that some kinds accept and others refuse. */
const singles: unknown[] = [
  ...[null, true, false, 0, 1, -5, -6, 10, 11, 1.5, 2 ** 53, -(2 ** 53) + 1],
  ...['a', 'ab', 'abcde', 'abcdef', 'abcdefg', 'Ab', 'a1', 'ёё', '👩👩', '👩👩👩👩👩👩', 'express', 'post', 'pots'],
  ...['1', '-1.25', '1.255', '1e5', '1.', '.5', '0001-01-01', '2026-02-28', '2026-02-30', '26-02-28'],
  ...['2026-02-28T10:00:00Z', '2026-02-28T10:00:00+03:00', '2026-02-28T10:00:00'],
  ...[{}, { id: 'x' }, { unknown: 1 }, { amount: '1.5', currency: 'RUB' }],
  ...[
    { amount: 1, currency: 'RUB' },
    { amount: '1', currency: 'rub' },
    { amount: '1', currency: 'RUB', more: 1 },
  ],
]
const lists: unknown[] = [
  ...[[], ['ab'], ['ab', 'cd'], ['ab', 5], [1, 3], ['express', 'post'], ['express', 'x'], [[]], [null]],
  ...[{ add: ['ab'] }, { remove: ['ab'], add: [] }, { ad: [] }, { add: 'ab' }, { add: [1] }, { add: ['1.25'] }],
  Array.from({ length: 201 }, () => 'ab'),
]

interface Result {
  status: number
  problem?: { errors?: object[] }
}

let api: Api
let ids: Record<string, number>
beforeAll(async () => {
  api = await startApi()
  const required = fieldsOfEveryKind.map((field) => ({ ...field, required: true }))
  await createFields(api, 'deal', fieldsOfEveryKind)
  const [deal, quote] = [await aDeal(api), await aQuote(api)]
  ids = { deals: deal.id, quotes: quote.id }
  await createFields(api, 'quote', required)
})
afterAll(() => api.close())

it.each([
  ['optional', 'Deal', 'deals'],
  ['required', 'Quote', 'quotes'],
])('accepts for %s user fields exactly what the document of the instance says', async (_, name, plural) => {
  const { body: document } = await api.call('get', '/v1/openapi.json').expect(200)
  const ajv = new Ajv2020({ strict: false, validateSchema: false })
  formats.default(ajv)
  ajv.addSchema(document, 'document')
  const isValid = ajv.compile({ $ref: `document#/components/schemas/${name}UserFieldsInput` })
  const stored = fileReference(await aFile(api, '1', 'a.txt'))
  // The list [1, 3] names both files.
  await aFile(api, '2', 'b.txt')
  // Whether a required list would be empty depends on its present items.
  const isKnown = (value: unknown) =>
    name === 'Deal' || !['{}', '{"remove":["ab"],"add":[]}'].includes(JSON.stringify(value))
  const company = { type: 'company', id: (await aCompany(api)).id }
  const records = [company, [company], [company, { ...company, type: 'deal' }], { ...company, type: 'deal' }]
  const entries = ['WEB', ['WEB'], ['WEB', 'X'], { add: ['WEB'] }, { add: ['X'] }]
  const values = [...singles, ...lists, stored, [stored], ...records, ...entries].filter(isKnown)
  const different: string[] = []
  // The document does not say what an address is and which users exist.
  const described = fieldsOfEveryKind.filter(({ kind }) => !['url', 'employee'].includes(kind))
  for (const { code } of described) {
    const operations = values.map((value) => ({
      op: 'update',
      id: ids[plural],
      data: { userFields: { [code]: value } },
    }))
    const { body } = await api
      .call('post', `/v1/${plural}/batch?dryRun=true`, { atomic: false, operations })
      .expect(207)
    for (const [index, { status, problem }] of (body.results as Result[]).entries()) {
      const { userFields } = operations[index]!.data
      if ((status === 200) !== isValid(userFields)) different.push(`${JSON.stringify([userFields, problem?.errors])}`)
    }
  }
  expect(different).toEqual([])
})
