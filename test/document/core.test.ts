import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { readQuickly } from '../../src/document/page-plugin.ts'
import { type Api, startApi } from '../api.ts'
import { lint } from './lint.ts'

interface Document {
  tags: { name: string }[]
  paths: Record<string, Record<string, { tags: string[]; operationId: string; responses: object; security: object[] }>>
  components: { schemas: Record<string, object>; responses: Record<string, object> }
}

let api: Api
let whole: Document
beforeAll(async () => {
  api = await startApi()
  whole = (await api.as(null)('get', '/openapi.json').expect(200)).body
})
afterAll(() => api.close())

const idsOf = ({ paths }: Document) =>
  Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))

it('is not sent again to a client that has it', async () => {
  for (const path of ['/openapi.json', '/openapi/contacts.json']) {
    const { headers } = await api.as(null)('get', path).expect(200)
    const { text } = await api.as(null)('get', path).set('if-none-match', headers.etag!).expect(304)
    expect([headers.etag, text]).toEqual([expect.stringMatching(/^W\/"[\w-]{12}"$/), ''])
  }
})

it('has a document per tag, each valid on its own, with all operations between them', async () => {
  const parts: Document[] = []
  for (const { name } of whole.tags) {
    const slug = name.toLowerCase().replaceAll(' ', '-')
    const { body } = await api.as(null)('get', `/openapi/${slug}.json`).expect(200)
    expect((body as Document).tags.map((tag) => tag.name)).toEqual([name])
    parts.push(body)
  }
  expect(parts.flatMap(idsOf)).toEqual(idsOf(whole))
  const sizes = parts.map((part) => Object.keys(part.components.schemas).length)
  expect(Math.max(...sizes)).toBeLessThan(Object.keys(whole.components.schemas).length / 2)
  await lint(...parts)
  await api.as(null)('get', '/openapi/contact.json').expect(404)
}, 120_000)

it('lists operations in the order of a day of work', () => {
  const paths = Object.keys(whole.paths).filter((path) => path.startsWith('/v1/contacts'))
  expect(paths.slice(0, 4)).toEqual(['', '/{id}', '/search', '/count'].map((rest) => `/v1/contacts${rest}`))
  const order = idsOf(whole).filter((id) => /^(list|create|get|update|delete)(Contacts?|Users?|Jobs?)$/.test(id))
  expect(order).toEqual(
    'listContacts createContact getContact updateContact deleteContact listJobs getJob listUsers createUser getUser updateUser'.split(
      ' ',
    ),
  )
})

it('has no schema that leads back to itself, apart from conditions', () => {
  const { schemas } = whole.components
  const followed = (name: string, known = new Set<string>()): Set<string> => {
    for (const [, next = ''] of JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (known.has(next)) continue
      known.add(next)
      followed(next, known)
    }
    return known
  }
  const circles = Object.keys(schemas).filter((name) => followed(name).has(name))
  expect(circles.filter((name) => !name.endsWith('Filter'))).toEqual([])
})

it('describes the rate limit of operations with a key, and unexpected errors', () => {
  const operations = Object.values(whole.paths).flatMap((methods) => Object.values(methods))
  const rate = { RateLimit: expect.anything(), 'RateLimit-Policy': expect.anything() }
  for (const { responses, security } of operations) {
    expect(responses).toHaveProperty('500', { $ref: '#/components/responses/InternalServerError' })
    const successes = Object.entries(responses as Record<string, object>).filter(([status]) => status < '300')
    const limited = successes.filter(
      ([, { headers }]: [string, { headers?: object }]) => headers && 'RateLimit' in headers,
    )
    expect(limited.length).toBe(security.length ? successes.length : 0)
  }
  const { TooManyRequests, ServiceUnavailable, Unauthorized } = whole.components.responses
  expect(TooManyRequests).toMatchObject({ headers: { ...rate, 'Retry-After': expect.anything() } })
  expect(ServiceUnavailable).toMatchObject({ headers: { ...rate, 'Retry-After': expect.anything() } })
  expect(Unauthorized).not.toHaveProperty('headers')
})

it('is shown on a page with our title, a filter, and closed lists of operations', async () => {
  const page = await api.as(null)('get', '/docs/').expect(200)
  expect(page.text).toContain('<title>Kartoteka API</title>')
  const { text } = await api.as(null)('get', '/docs/static/swagger-initializer.js').expect(200)
  expect(text).toContain('"filter":true')
  expect(text).toContain('"docExpansion":"none"')
  // The bar at the top shows the name of another project.
  expect(text).toContain('"layout":"BaseLayout"')
})

it('prepares an operation of the page with the components to which it leads', async () => {
  Object.assign(globalThis, { SwaggerUIBundle: { plugins: { DownloadUrl: {} } } })
  const seen: Document[] = []
  const page = {
    fn: {
      resolveSubtree: async (document: Document) => {
        seen.push(document)
        return {}
      },
    },
  }
  const [, plugin] = readQuickly() as [object, { afterLoad(page: object): void }]
  plugin.afterLoad(page)
  const resolve = page.fn.resolveSubtree as (document: Document, path: string[]) => Promise<object>
  await resolve(whole, ['paths', '/v1/contacts', 'get'])
  await resolve(whole, ['components', 'securitySchemes'])
  const [operation, schemes] = seen
  expect(operation!.paths).toEqual({ '/v1/contacts': { get: whole.paths['/v1/contacts']!.get } })
  expect(Object.keys(operation!.components.schemas)).toEqual(
    expect.arrayContaining(['ContactList', 'Contact', 'LinkedCompany', 'User', 'Problem']),
  )
  expect(operation!.components.schemas).not.toHaveProperty('Deal')
  expect(schemes).toMatchObject({ paths: {}, components: { securitySchemes: { key: { scheme: 'bearer' } } } })
})

it('tells a newcomer at `/` where to go', async () => {
  const { body } = await api.as(null)('get', '/').expect(200)
  expect(body).toEqual({
    name: 'Kartoteka',
    version: '0.1.0',
    api: '/v1',
    docs: '/docs',
    openapi: '/openapi.json',
    errors: '/docs/errors',
    health: '/health/ready',
    authentication: 'Send your API key in the header: Authorization: Bearer <key>',
  })
  expect((await api.as(null)('get', body.api).expect(200)).body).toEqual(body)
  for (const path of [body.docs, body.openapi, body.errors, body.health]) {
    await api.as(null)('get', path).redirects(1).expect(200)
  }
})
