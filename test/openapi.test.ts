import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from './api.ts'
import { oneOfEach, placeIn } from './one-of-each.ts'

interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown; examples?: object }> }
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }>
}
interface Parameter {
  name: string
  in?: string
  style?: string
  description?: string
  example?: unknown
  schema?: Schema
}
interface Schema {
  $ref?: string
  description?: string
  properties?: Record<string, Schema>
  examples?: unknown[]
  [key: string]: unknown
}

const text = readFileSync('openapi/openapi.json', 'utf8')
const document = JSON.parse(text) as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
)

it('matches the routes; `npm run openapi` writes it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['src/openapi.ts'], { maxBuffer: 50_000_000 })
  expect(stdout === text).toBe(true)
})

it('is OpenAPI 3.1 with unique operation ids', () => {
  expect(document.openapi).toBe('3.1.0')
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(ids.filter((id, index) => !id || !/^[a-z][A-Za-z]+$/.test(id) || ids.indexOf(id) !== index)).toEqual([])
})

it('describes what every operation does and which errors it returns', () => {
  const lacking = operations.flatMap(({ name, operation }) => [
    ...(operation.summary && operation.description && operation.tags?.length && operation.security
      ? []
      : [`${name}: texts`]),
    ...(Object.keys(operation.responses).some((status) => status >= '400') ? [] : [`${name}: errors`]),
    ...(operation.parameters ?? []).filter(({ description }) => !description).map((one) => `${name}: ${one.name}`),
  ])
  expect(lacking).toEqual([])
})

it('names every JSON body and response, and describes every response', () => {
  const lacking = operations.flatMap(({ name, operation }) => {
    const answers = Object.entries(operation.responses).filter(([, answer]) => !answer.$ref)
    const bodies = [operation.requestBody, ...answers.map(([, answer]) => answer)]
    const schemas = bodies.map((body): Schema | undefined => body?.content?.['application/json']?.schema)
    const unsaid = answers.filter(([, { description }]) => !description || description === 'Default Response')
    return [
      ...(schemas.every((schema) => !schema || schema.$ref) ? [] : [`${name}: an inline schema`]),
      ...unsaid.map(([status]) => `${name}: ${status}`),
    ]
  })
  expect(lacking).toEqual([])
})

it('describes every property', () => {
  const silent = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
    Object.entries(schema.properties ?? {})
      .filter(([, property]) => !property.description && !property.$ref)
      .map(([property]) => `${name}.${property}`),
  )
  expect(silent).toEqual([])
})

/** Returns every schema of the document with its location, nested ones included. */
function* schemasWithin(schema: Schema, place: string): Generator<[string, Schema]> {
  yield [place, schema]
  const { properties = {}, patternProperties = {}, items, additionalProperties } = schema
  const lists = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (schema[word] ?? []) as Schema[])
  for (const [index, one] of lists.entries()) yield* schemasWithin(one, `${place}|${index}`)
  for (const [name, one] of Object.entries({ ...properties, ...(patternProperties as object) }))
    yield* schemasWithin(one, `${place}.${name}`)
  for (const one of [items, additionalProperties].filter((one) => typeof one === 'object'))
    yield* schemasWithin(one as Schema, `${place}[]`)
}

/** Returns the schemas of components, parameters, bodies and responses. */
function allSchemas(): [string, Schema][] {
  const contents = operations.flatMap(({ name, operation: { requestBody, responses, parameters = [] } }) => [
    ...parameters.map((one): [string, Schema] => [`${name} ${one.name}`, one.schema ?? {}]),
    ...[requestBody, ...Object.values(responses)].flatMap((body) =>
      Object.values(body?.content ?? {}).map(({ schema }): [string, Schema] => [name, schema]),
    ),
  ])
  return [...Object.entries(document.components.schemas), ...contents].flatMap(([place, schema]) => [
    ...schemasWithin(schema, place),
  ])
}

it('gives every value a type or a list of values', () => {
  const words = ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const']
  const members = ['properties', 'patternProperties', 'additionalProperties']
  const lacking = allSchemas().filter(
    ([, schema]) =>
      !words.some((word) => word in schema) ||
      schema.additionalProperties === true ||
      ([schema.type].flat().includes('object') && !members.some((word) => word in schema)),
  )
  expect(lacking).toEqual([])
})

// Generators take a field with a default as always present, which would make it required in request bodies.
it('has defaults in query parameters only', () => {
  const inQueries = operations.flatMap(({ name, operation }) =>
    (operation.parameters ?? []).map((one) => `${name} ${one.name}`),
  )
  const others = allSchemas().filter(([place, schema]) => 'default' in schema && !inQueries.includes(place))
  expect(others.map(([place]) => place)).toEqual([])
})

/** Members that requests share with responses, or that depend on what they describe. */
const excused =
  /^(\w*Report\w+|AnalyticsQuery|Query\w+|\w*(Item|Condition|Options)|JobResult|FieldSettings|Conversion\w*)\.\w+$/

it('marks members of responses as required unless they may be missing', () => {
  const optional = allSchemas()
    .filter(([place]) => /^[A-Z]\w*$/.test(place) && !isAsked(place))
    .flatMap(([place, { properties = {}, required = [] }]) =>
      Object.keys(properties)
        .filter((name) => !(required as string[]).includes(name))
        .map((name) => `${place}.${name}`),
    )
    // These depend on a parameter: a count, facets, sums, missing ids, linked records, changes, the request that a dry run shows.
    .filter(
      (name) =>
        !/(List|Column|Count)\.(total\w*|facets|sums\w*|missing|deleted|changedSince)$|\.(expanded|mergedInto)$|(Input|Change)\./.test(
          name,
        ),
    )
  expect(optional.sort()).toEqual(
    [
      ...'conversion dependents duplicates errors fields firstId hint id missingRates records survivorId uses version'
        .split(' ')
        .flatMap((name) => [`Problem.${name}`, `OperationProblem.${name}`]),
      'Problem.results',
      ...['pointer', 'parameter', 'allowed', 'hint'].map((name) => `Fault.${name}`),
      // In lists and expanded links only administrators see these.
      ...['email', 'isAdmin', 'departmentIds', 'groupIds', 'language', 'timeZone'].map((name) => `User.${name}`),
      // Only a dry run of changed settings returns them.
      ...['Field.violations', 'FieldUse.deleted', 'FieldUse.records'],
      ...['HistoryEntry.actorName', 'HistoryEntry.recordId', 'SavedRole.effects', 'SavedRole.effectsTotal'],
      ...optional.filter((name) => excused.test(name)),
    ].sort(),
  )
})

/** Returns whether only requests use a component. */
function isAsked(component: string): boolean {
  const answers = operations.flatMap(({ operation }) => Object.values(operation.responses))
  return !referred([answers, (document.components as { responses?: object }).responses]).has(component)
}

function referred(part: unknown, known = new Set<string>()): Set<string> {
  for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (known.has(name)) continue
    known.add(name)
    referred(document.components.schemas[name], known)
  }
  return known
}

it('has an example for every body', () => {
  const lacking = operations.flatMap(({ name, operation }) =>
    Object.entries(operation.requestBody?.content ?? {})
      .filter(([type]) => type.includes('json'))
      .filter(([, { schema, example, examples }]) => !example && !examples && !resolve(schema).examples?.length)
      .map(() => name),
  )
  expect(lacking).toEqual([])
})

function resolve(schema: Schema): Schema {
  return schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema
}

describe('the served API document', () => {
  let api: Api
  let there: Record<string, number | string>
  beforeAll(async () => {
    api = await startApi({ work: true })
    there = await oneOfEach(api, document.components.schemas)
  })
  afterAll(() => api.close())

  it('is the committed one, with a reference page that loads nothing from other sites', async () => {
    const { body } = await api.as(null)('get', '/openapi.json').expect(200)
    expect(body).toEqual(document)
    const page = await api.as(null)('get', '/docs/').redirects(1).expect(200)
    expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it('shows examples that the server accepts, in bodies and parameters', async () => {
    const refused: string[] = []
    for (const operation of operations) {
      const answer = await sendExample(operation)
      if (answer && answer.status >= 400)
        refused.push(`${operation.name}: ${answer.status} ${JSON.stringify(answer.body.errors ?? answer.body)}`)
    }
    expect(refused).toEqual([])
  }, 300_000)

  /** Sends the documented example of an operation. Undefined if its body has none. */
  async function sendExample({ path, method, operation }: (typeof operations)[number]) {
    const body = exampleOf(Object.values(operation.requestBody?.content ?? {})[0])
    const parameters = operation.parameters ?? []
    if (operation.requestBody && body === undefined) return
    const query = parameters.filter((one) => one.in === 'query' && one.name !== 'cursor').flatMap(writtenExample)
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => placeIn(there, path, name))
    const tried = parameters.some(({ name }) => name === 'dryRun') ? ['dryRun=true'] : []
    return await api.call(method as 'get', `${url}?${[...query, ...tried].join('&')}`, body)
  }

  it('documents 304 exactly where the server returns it', async () => {
    const strange: string[] = []
    for (const { name, path, operation } of operations.filter(({ method }) => method === 'get')) {
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => placeIn(there, path, name))
      const url = `${address}${{ searchRecords: '?q=losev', compareRoles: '?with=1' }[operation.operationId!] ?? ''}`
      const { headers, status } = await api.call('get', url)
      const told = [
        '304' in operation.responses,
        Boolean(operation.parameters?.some((one) => one.name === 'if-none-match')),
      ]
      const isKnown = headers.etag !== undefined && (await isAnsweredTwice(url))
      if (status !== 200 || told.some((one) => one !== isKnown))
        strange.push(`${name}: ${status} ${headers.etag} ${told}`)
    }
    expect(strange).toEqual([])
  })

  it('is closed while the CRM is off, apart from settings and people', async () => {
    const open = /^\/(?!v1\/)|^\/v1\/(?:me|users|departments|groups|roles|api-keys|audit|settings|plans|limits)\b/
    await api.call('patch', '/v1/settings', { crmEnabled: false }).expect(200)
    const strange: string[] = []
    for (const operation of operations) {
      const answer = await sendExample(operation)
      const { code, reason } = answer?.body ?? {}
      const isClosed = answer?.status === 403 && code === 'crm_unavailable' && reason === 'switched_off'
      if (answer && isClosed === open.test(operation.path))
        strange.push(`${operation.name}: ${answer.status} ${code} ${reason}`)
    }
    await api.call('patch', '/v1/settings', { crmEnabled: true }).expect(200)
    expect(strange).toEqual([])
  })

  /** Returns whether a matching ETag gives 304. Allows for one or two changes in between. */
  async function isAnsweredTwice(url: string, tries = 3): Promise<boolean> {
    const { headers } = await api.call('get', url).expect(200)
    const { status } = await api.call('get', url).set('if-none-match', headers.etag!)
    return status === 304 || (tries > 1 && (await isAnsweredTwice(url, tries - 1)))
  }
})

function exampleOf(content: { schema: Schema; example?: unknown } | undefined): unknown {
  return content && (content.example ?? resolve(content.schema).examples?.[0])
}

/** Formats the example of a parameter in the documented style. */
function writtenExample({ name, style, example, schema }: Parameter): string[] {
  const value = example ?? schema?.examples?.[0]
  if (value === undefined) return []
  if (style === 'deepObject') {
    return Object.entries(value as object).flatMap(([field, asked]) =>
      Object.entries(typeof asked === 'object' ? (asked as object) : { eq: asked }).map(
        ([operator, operand]) => `${name}[${field}][${operator}]=${encodeURIComponent(String(operand))}`,
      ),
    )
  }
  return [`${name}=${encodeURIComponent(String(value))}`]
}
