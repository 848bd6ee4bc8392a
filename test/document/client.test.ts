import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { type ClientFolder, compile, generateClient } from '../client-folder.ts'
import { createFields, fieldsOfEveryKind } from '../fields-of-every-kind.ts'

const program = `
import { ok } from './client/connection.ts'
import * as crm from './client/kartoteka.ts'

const userFields: crm.NewDealUserFields = { delivery: 'express', cities: ['Omsk'], price: { amount: '1.50', currency: 'RUB' } }
const { data: deal } = ok(await crm.createDeal({ title: 'Shelves', userFields }))
const delivery: 'express' | 'post' | null = deal.userFields.delivery
const cities: string[] | null = deal.userFields.cities
ok(await crm.updateDeal(deal.id, { userFields: { cities: { add: ['Kazan'] } } }))
ok(await crm.listDeals({ filter: { 'userFields.price.amount': { gte: '1' } }, sort: ['-userFields.margin'] }))
ok(await crm.searchDeals({ filter: { field: 'contacts.userFields.string', value: 'a' }, facets: ['userFields.delivery'] }))
ok(await crm.bulkDeals({ all: true, add: { userFields: { cities: ['Omsk'] } } }))
console.log(delivery, cities)

const { data: visit } = ok(await crm.createVisit({ title: 'To Omsk', dealId: deal.id, userFields: { floor: 5 } }))
ok(await crm.listVisits({ filter: { 'userFields.floor': { gt: 1 } }, expand: ['deal'] }))
const floor: number | null = visit.userFields.floor
console.log(floor, visit.dealId)
`

let api: Api
let client: ClientFolder
beforeAll(async () => {
  api = await startApi()
  const options = ['express', 'post'].map((code) => ({ code, label: code }))
  await createFields(api, 'deal', [
    { code: 'delivery', kind: 'enumeration', label: 'Delivery', options, required: true },
    { code: 'cities', kind: 'string', multiple: true, label: 'Cities' },
    { code: 'price', kind: 'money', label: 'Price' },
    { code: 'margin', kind: 'integer', label: 'Margin' },
  ])
  await createFields(api, 'contact', fieldsOfEveryKind)
  await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', relations: { parents: ['deal'] } }).expect(201)
  await createFields(api, 'visit', [{ code: 'floor', kind: 'integer', label: 'Floor' }])
  const { body } = await api.call('get', '/v1/openapi.json').expect(200)
  client = await generateClient(body)
})
afterAll(async () => {
  await api.close()
  rmSync(client.folder, { recursive: true })
})

it('compiles with correct user fields, and fails to compile with a mistake', async () => {
  const mistakes: [string, RegExp][] = [
    [
      `crm.createDeal({ userFields: { delivery: 'expres' } })`,
      /TS2820: Type '"expres"' is not assignable.*Did you mean '"express"'/,
    ],
    [`crm.updateDeal(1, { userFields: { delivery: null } })`, /TS2322: Type 'null' is not assignable/],
    [`crm.createDeal({ title: 'Shelves' })`, /TS2741: Property 'userFields' is missing/],
    [`crm.createDeal({ userFields: { cities: ['Omsk'] } })`, /TS2741: Property 'delivery' is missing/],
    [
      `crm.updateDeal(1, { userFields: { delivry: 'post' } })`,
      /TS2561: .*'delivry' does not exist.*Did you mean.* 'delivery'/,
    ],
    [`crm.updateDeal(1, { userFields: { cities: 'Omsk' } })`, /TS2322: Type 'string' is not assignable/],
    [`crm.updateDeal(1, { userFields: { margin: '5' } })`, /TS2322: Type 'string' is not assignable to type 'number'/],
    [`crm.listDeals({ sort: ['userFields.margn'] })`, /TS2820: .*Did you mean '"userFields.margin"'/],
    [
      `crm.countDeals({ filter: { field: 'userFields.pric.amount', value: '1' } })`,
      /TS2820: .*'"userFields.price.amount"'/,
    ],
    [`crm.createVisit({ userFields: { flor: 5 } })`, /TS2561: .*'flor' does not exist.*Did you mean.* 'floor'/],
    [`crm.searchDeals({ facets: ['userFields.margin'] })`, /TS2322: Type '"userFields.margin"' is not assignable/],
  ]
  writeFileSync(join(client.folder, 'program.ts'), program)
  const head = `import * as crm from './client/kartoteka.ts'\n`
  for (const [index, [code]] of mistakes.entries()) {
    writeFileSync(join(client.folder, `mistake${index}.ts`), `${head}void (${code})\n`)
  }
  const told = await compile(client)
  expect(told.filter((line) => !line.startsWith('mistake'))).toEqual([])
  expect(told).toHaveLength(mistakes.length)
  for (const [index, [, expected]] of mistakes.entries()) {
    expect(told.find((line) => line.startsWith(`mistake${index}.ts(2,`))).toMatch(expected)
  }
})
