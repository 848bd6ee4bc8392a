import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../src/entities/types.ts'
import { type Api, startApi } from './api.ts'

interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  security?: object[]
  parameters?: { name: string; description?: string }[]
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown; examples?: object }> }
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }>
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

it('is the document of the routes as they are; `npm run openapi` writes it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['src/openapi.ts'], { maxBuffer: 50_000_000 })
  expect(stdout === text).toBe(true)
})

it('is OpenAPI 3.1 with unique operation ids', () => {
  expect(document.openapi).toBe('3.1.0')
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(ids.filter((id, index) => !id || !/^[a-z][A-Za-z]+$/.test(id) || ids.indexOf(id) !== index)).toEqual([])
})

it('says of every operation what it does, and what it answers when it does not', () => {
  const lacking = operations.flatMap(({ name, operation }) => [
    ...(operation.summary && operation.description && operation.tags?.length && operation.security
      ? []
      : [`${name}: texts`]),
    ...(Object.keys(operation.responses).some((status) => status >= '400') ? [] : [`${name}: errors`]),
    ...(operation.parameters ?? []).filter(({ description }) => !description).map((one) => `${name}: ${one.name}`),
  ])
  expect(lacking).toEqual([])
})

it('names what every JSON body and answer is, and says what every answer means', () => {
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

describe('the served document', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.close())

  it('is the committed one, with a reference page that loads nothing from elsewhere', async () => {
    const { body } = await api.as(null)('get', '/openapi.json').expect(200)
    expect(body).toEqual(document)
    const page = await api.as(null)('get', '/docs/').redirects(1).expect(200)
    expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it.each(systemTypes.map(({ code, plural }) => [code, plural]))(
    'shows an example of a new %s that the server takes',
    async (code, plural) => {
      const type = document.components.schemas[`New${code.charAt(0).toUpperCase()}${code.slice(1)}`]!
      const { body } = await api.call('post', `/v1/${plural}`, type.examples?.[0]).expect(201)
      expect(body).toMatchObject({ id: expect.any(Number), version: 1 })
    },
  )
})
