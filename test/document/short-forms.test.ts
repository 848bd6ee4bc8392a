import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact } from '../seed.ts'

const ajv = new Ajv2020({ strict: false, validateSchema: false })
formats.default(ajv)
ajv.addSchema(JSON.parse(readFileSync('openapi/openapi.json', 'utf8')), 'document')

let api: Api
let place: Record<string, number>
beforeAll(async () => {
  api = await startApi()
  const contact = await aContact(api, { phones: ['+7 495 123-45-67'] })
  place = { contact: contact.id, company: (await aCompany(api)).id }
})
afterAll(() => api.close())

/** Returns whether the document and the server accept a body. */
async function acceptance(method: 'post' | 'patch', path: string, text: string) {
  const body: unknown = JSON.parse(text.replaceAll(/<(\w+)>/g, (_, name) => String(place[name])))
  const address = path.replace('<contact>', String(place.contact))
  const operation = path.replace('<contact>', '{id}').replaceAll('/', '~1')
  const isValid = ajv.compile({
    $ref: `document#/paths/${operation}/${method}/requestBody/content/application~1json/schema`,
  })
  const { status } = await api.call(method, `${address}?dryRun=true`, body)
  return { document: isValid(body), server: status < 400 }
}

it.each([
  ['post', '/v1/contacts', '{"phones": ["+7 495 123-45-67", {"value": "8 495 1234568", "kind": "home"}]}'],
  ['post', '/v1/contacts', '{"emails": ["a@x.example"], "websites": ["x.example"], "messengers": ["@a"]}'],
  ['patch', '/v1/contacts/<contact>', '{"phones": {"add": ["+7 495 123-45-69"]}}'],
  ['post', '/v1/deals', '{"contacts": [<contact>]}'],
  ['post', '/v1/deals', '{"contacts": [{"id": <contact>, "primary": true}]}'],
  ['patch', '/v1/contacts/<contact>', '{"companies": {"add": [<company>], "remove": []}}'],
  [
    'post',
    '/v1/contacts/bulk',
    '{"ids": [<contact>], "add": {"companies": [<company>], "phones": ["+7 495 123-45-60"]}}',
  ],
  [
    'post',
    '/v1/batch',
    '{"operations": [{"op": "create", "type": "contact", "as": "who", "data": {"phones": ["+7 495 123-45-67"]}}, {"op": "create", "type": "deal", "data": {"contacts": [<contact>, {"$ref": "who"}]}}]}',
  ],
  ['post', '/v1/deals', '{"contacts": {"add": [<contact>]}, "observers": {"add": []}}'],
] as const)(
  'The document allows, and the server takes, an item that is a value or an id alone: %s %s %s',
  async (method, path, text) => {
    expect(await acceptance(method, path, text)).toEqual({ document: true, server: true })
  },
)

it.each([
  ['post', '/v1/contacts', '{"phones": [84951234567]}'],
  ['post', '/v1/contacts', '{"emails": [["a@x.example"]]}'],
  ['post', '/v1/deals', '{"contacts": [0]}'],
  ['post', '/v1/deals', '{"contacts": ["Losev"]}'],
  ['post', '/v1/deals', '{"contacts": <contact>}'],
] as const)('The document and the server refuse other items: %s %s %s', async (method, path, text) => {
  expect(await acceptance(method, path, text)).toEqual({ document: false, server: false })
})

it('The document has ids as numbers, although the server reads the text of one', async () => {
  const request = ['post', '/v1/deals', '{"companyId": "<company>", "contacts": ["<contact>"]}'] as const
  expect(await acceptance(...request)).toEqual({ document: false, server: true })
})
