import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { createFields, fieldsOfEveryKind } from '../fields-of-every-kind.ts'
import { lint } from './lint.ts'

interface Schema {
  properties: Record<string, Schema>
  required?: string[]
  enum?: string[]
  [key: string]: unknown
}
interface Document {
  info: { description: string }
  tags: { name: string }[]
  paths: Record<string, object>
  components: { schemas: Record<string, Schema> }
}

const path = '/v1/openapi.json'
const open = (api: Pick<Api, 'call'>) => async () => (await api.call('get', path).expect(200)).body as Document
const schemasOf = async (api: Pick<Api, 'call'>) => (await open(api)()).components.schemas

describe('the document of an instance without user fields', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.close())

  it('is the document of all instances, except for the user fields and smart processes', async () => {
    const all = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as Document
    const own = await open(api)()
    const paths = Object.entries(all.paths).filter(([path]) => !path.includes('/items'))
    expect(own.paths).toEqual(Object.fromEntries(paths))
    expect(own.tags).toEqual(all.tags.filter(({ name }) => name !== 'Items'))
    const withoutUserFields = ({ components: { schemas } }: Document) =>
      Object.fromEntries(
        Object.entries(schemas)
          .filter(([name]) => !/UserField(s|Value)|RecordKey|^(New)?Item|^AnyRecord$/.test(name))
          .map(([name, schema]) => [name, JSON.parse(JSON.stringify(schema, withoutPrefixes)) as object]),
      )
    expect(withoutUserFields(own)).toEqual(withoutUserFields(all))
  })

  /** Leaves out `userFields`, alternatives for names that start with `userFields.`, and descriptions of references. */
  function withoutPrefixes(key: string, value: unknown): unknown {
    if (key === 'userFields') return undefined
    if (typeof value === 'object' && value !== null && '$ref' in value) return { $ref: value.$ref }
    const names = (value as { anyOf?: { enum?: string[]; pattern?: string }[] } | null)?.anyOf
    if (!names?.some(({ pattern }) => pattern?.includes('userFields'))) return value
    const { anyOf: _, ...rest } = value as object & { anyOf: unknown }
    return { ...rest, type: 'string', enum: names[0]?.enum }
  }
})

describe('the document of an instance', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
    await createFields(api, 'deal', [
      {
        code: 'delivery',
        kind: 'enumeration',
        label: { en: 'Delivery', ru: 'Доставка' },
        help: { en: 'How the goods reach the client.', ru: 'Как товар попадает к клиенту.' },
        options: ['express', 'post'].map((code) => ({ code, label: code })),
        required: true,
        sort: 10,
      },
      { code: 'cities', kind: 'string', multiple: true, label: 'Cities', settings: { maxLength: 50 }, sort: 20 },
      { code: 'price', kind: 'money', label: 'Price', sort: 30 },
      { code: 'margin', kind: 'integer', label: 'Margin', settings: { min: 0, max: 100 }, sort: 40 },
    ])
    await createFields(api, 'contact', [{ code: 'city', kind: 'string', label: 'City' }])
  })
  afterAll(() => api.close())

  it('has every user field with its type in records', async () => {
    const schemas = await schemasOf(api)
    expect(schemas.Deal!.properties.userFields).toEqual({ $ref: '#/components/schemas/DealUserFields' })
    expect(schemas.DealUserFields).toEqual({
      type: 'object',
      properties: {
        delivery: {
          type: ['string', 'null'],
          enum: ['express', 'post', null],
          description: 'Delivery. How the goods reach the client.',
        },
        cities: { type: ['array', 'null'], items: { type: 'string' }, description: 'Cities.' },
        price: { anyOf: [{ $ref: '#/components/schemas/Money' }, { type: 'null' }], description: 'Price.' },
        margin: { type: ['integer', 'null'], description: 'Margin.' },
      },
      required: ['delivery', 'cities', 'price', 'margin'],
      additionalProperties: false,
      description: 'Values of the user fields (custom fields) of the deal.',
    })
  })

  it('has every user field with its type in bodies', async () => {
    const schemas = await schemasOf(api)
    const [created, changed] = [schemas.NewDealUserFields!, schemas.DealUserFieldsInput!]
    expect(created.properties).toEqual(changed.properties)
    expect([created.required, changed.required]).toEqual([['delivery'], undefined])
    expect(changed.properties.delivery).toEqual({
      type: 'string',
      enum: ['express', 'post'],
      description: 'Delivery. How the goods reach the client.',
    })
    expect(changed.properties.margin).toEqual({
      type: ['integer', 'null'],
      minimum: 0,
      maximum: 100,
      description: 'Margin.',
    })
    const lists = [schemas.NewDeal, schemas.DealChange].map(
      (schema) => schema!.required?.includes('userFields') ?? false,
    )
    expect(lists).toEqual([true, false])
    const added = schemas.DealBulkAdd!.properties.userFields!
    expect(Object.keys(added.properties)).toEqual(['cities'])
    expect(added.additionalProperties).toBe(false)
  })

  it('lists user fields among the names for filters, sorting, counts and `fields`', async () => {
    const schemas = await schemasOf(api)
    const own = (name: string) => schemas[name]!.enum!.filter((one) => one.includes('userFields'))
    expect(own('DealFieldName')).toEqual([
      ...['delivery', 'cities', 'price', 'price.amount', 'price.currency', 'margin'].map(
        (code) => `userFields.${code}`,
      ),
      'userFields',
      'contacts.userFields.city',
    ])
    expect(own('DealConditionName')).toEqual([
      ...['delivery', 'cities', 'price.amount', 'price.currency', 'margin'].map((code) => `userFields.${code}`),
      'contacts.userFields.city',
    ])
    expect(own('DealSortName')).toEqual([
      ...['delivery', 'price.amount', 'price.currency', 'margin'].map((code) => `userFields.${code}`),
      ...['delivery', 'price.amount', 'price.currency', 'margin'].map((code) => `-userFields.${code}`),
    ])
    expect(own('DealFacetName')).toEqual(['userFields.delivery', 'userFields.price.currency'])
  })

  it('lists the entries of dictionaries', async () => {
    const way = { code: 'way', kind: 'dictionary', label: 'Way', settings: { dictionary: 'DEAL_TYPE' } }
    await createFields(api, 'invoice', [way])
    const { body } = await api.call('get', '/v1/dictionaries/DEAL_TYPE/entries').expect(200)
    const codes = body.data.map(({ code }: { code: string }) => code)
    const schemas = await schemasOf(api)
    expect(schemas.InvoiceUserFields!.properties.way!.enum).toEqual([...codes, null])
    await api.call('post', '/v1/dictionaries/DEAL_TYPE/entries', { code: 'RENT', label: 'Rent' }).expect(201)
    expect((await schemasOf(api)).InvoiceUserFieldsInput!.properties.way!.enum).toEqual([...codes, 'RENT', null])
  })

  it("describes user fields in the caller's language", async () => {
    const { body } = await api.call('get', path).set('accept-language', 'ru').expect(200)
    const { delivery } = body.components.schemas.DealUserFields.properties
    expect(delivery.description).toBe('Доставка. Как товар попадает к клиенту.')
  })

  it('leaves out hidden fields and closed types, everywhere', async () => {
    const seller = await aUser(api.db, { lastName: 'Seller' })
    const operations = { read: 'all', add: 'all', update: 'all' }
    const permissions = [{ type: 'deal', operations }]
    await api
      .call('post', '/v1/roles', { name: 'Sales', permissions, members: { userIds: [seller.userId] } })
      .expect(201)
    await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
    const asSeller = { call: api.as(seller.key) }
    const document = await open(asSeller)()
    expect(Object.keys(document.components.schemas.DealUserFields!.properties)).toEqual(['delivery', 'cities', 'price'])
    expect(JSON.stringify(document)).not.toMatch(/userFields\.(?:margin|city)|"margin"|Margin/)
    const closed = Object.keys(document.components.schemas).filter((name) =>
      /Contact(?!s)|Lead|Company|Quote|Invoice/.test(name),
    )
    expect(closed).toEqual([])
    expect(
      Object.keys(document.paths).filter((one) =>
        /\/v1\/(?:analytics\/)?(contacts|leads|companies|quotes|invoices)\b/.test(one),
      ),
    ).toEqual([])
    expect(document.tags.map(({ name }) => name)).not.toContain('Contacts')
    expect(document.components.schemas.Deal!.properties.expanded!.properties).not.toHaveProperty('contacts')
    expect(document.components.schemas.DealConditionName!.enum!.filter((name) => name.startsWith('contacts'))).toEqual([
      'contacts',
      'contacts.primary',
    ])
    expect(missingSchemas(document)).toEqual([])
    await lint(document)
    await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: false }).expect(200)
  })

  it('has an ETag that changes with the model and with what the caller sees', async () => {
    const reader = await aUser(api.db, { lastName: 'Reader' })
    const permissions = [{ type: 'deal', operations: { read: 'all' } }]
    const role = { name: 'Readers', permissions, members: { userIds: [reader.userId] } }
    const { body } = await api.call('post', '/v1/roles', role).expect(201)
    const call = api.as(reader.key)
    const tags = new Set<string>()
    const tag = async () => {
      const { headers } = await call('get', path).expect(200)
      expect(headers.etag).toMatch(/^W\/"[^"]+"$/)
      await call('get', path).set('if-none-match', headers.etag!).expect(304)
      return tags.add(headers.etag!).size
    }
    expect(await tag()).toBe(1)
    await api.call('patch', '/v1/settings', { recycleBinDays: 20 }).expect(200)
    expect(await tag()).toBe(1)
    await api.call('patch', '/v1/types/deal/fields/delivery', { label: { en: 'Shipping' } }).expect(200)
    expect(await tag()).toBe(2)
    await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: true }).expect(200)
    expect(await tag()).toBe(3)
    const wider = [...permissions, { type: 'contact', operations: { read: 'all' } }]
    await api.call('patch', `/v1/roles/${body.id}`, { permissions: wider }).expect(200)
    expect(await tag()).toBe(4)
    await createFields(api, 'contact', [{ code: 'street', kind: 'string', label: 'Street' }])
    expect(await tag()).toBe(5)
    const russian = await call('get', path).set('accept-language', 'ru').expect(200)
    expect(tags.has(russian.headers.etag!)).toBe(false)
    await api.call('put', '/v1/types/deal/fields/margin/visibility', { restricted: false }).expect(200)
  })

  it('is closed to callers without rights', async () => {
    const outsider = await aUser(api.db, { lastName: 'Outsider' })
    const { body } = await api.as(outsider.key)('get', path).expect(403)
    expect([body.code, body.reason]).toEqual(['crm_unavailable', 'no_role'])
  })

  it('passes the linter with fields of every kind, and with codes that are words of JSON Schema', async () => {
    const words = ['const', 'properties', 'required', 'enum', 'type', 'items'].map((code) => ({
      code,
      kind: 'file',
      label: code,
    }))
    await createFields(api, 'company', [...fieldsOfEveryKind, ...words])
    const document = await open(api)()
    expect(Object.keys(document.components.schemas.CompanyUserFields!.properties)).toEqual(
      [...fieldsOfEveryKind, ...words].map(({ code }) => code),
    )
    expect(missingSchemas(document)).toEqual([])
    await lint(document)
  })
})

/** Returns the schemas to which a document refers but which it does not have, and those to which nothing refers. */
function missingSchemas(document: Document): string[] {
  const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!)
  const { schemas } = document.components
  return [
    ...referred.filter((name) => !schemas[name]),
    ...Object.keys(schemas).filter((name) => !referred.includes(name)),
  ]
}
